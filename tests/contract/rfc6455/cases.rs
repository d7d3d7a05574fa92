//! What is sent and what is wanted. The server has no echo: a text that is no frame of the contract
//! is answered with an `error`, which shows that it arrived.

use crate::support::raw::{BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, TEXT, frame};

/// Most bytes of a message.
const BOUND: usize = 16 * 1024;
const MASKED: u8 = 0x80;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// The socket is as open as before.
    Open,
    Closed(u16),
    ClosedWithoutCode,
}

pub struct Case {
    pub name: String,
    pub bytes: Vec<u8>,
    pub end: End,
    /// Texts that are answered before that.
    pub answers: usize,
    /// Pings that are answered before that, by their payloads.
    pub pongs: Vec<Vec<u8>>,
}

fn case(name: impl Into<String>, bytes: Vec<u8>, end: End) -> Case {
    Case { name: name.into(), bytes, end, answers: 0, pongs: Vec::new() }
}

fn fails(name: impl Into<String>, bytes: Vec<u8>, code: u16) -> Case {
    case(name, bytes, End::Closed(code))
}

impl Case {
    fn answered(mut self, answers: usize) -> Self {
        self.answers = answers;
        self
    }

    fn ponged(mut self, payload: &[u8]) -> Self {
        self.pongs.push(payload.to_vec());
        self
    }
}

/// A head whose length is written in 16 bits, whatever it is.
fn in_16(first: u8, length: u16) -> Vec<u8> {
    [vec![first, MASKED | 126], length.to_be_bytes().to_vec()].concat()
}

/// A head whose length is written in 64 bits, whatever it is.
fn in_64(first: u8, length: u64) -> Vec<u8> {
    [vec![first, MASKED | 127], length.to_be_bytes().to_vec()].concat()
}

fn closing(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(FIN | CLOSE, &[&code.to_be_bytes(), reason].concat())
}

pub fn all() -> Vec<Case> {
    [sizes(), lengths(), pings(), reserved(), pieces(), binary(), utf8(), closes(), unmasked()].concat_all()
}

trait ConcatAll {
    fn concat_all(self) -> Vec<Case>;
}

impl<const N: usize> ConcatAll for [Vec<Case>; N] {
    fn concat_all(self) -> Vec<Case> {
        self.into_iter().flatten().collect()
    }
}

fn sizes() -> Vec<Case> {
    let fit = [0, 1, 2, 124, 125, 126, 127, 128, 129, 1_000, 4_096, 16_383, BOUND]
        .into_iter()
        .map(|size| case(format!("a text of {size}"), frame(FIN | TEXT, &vec![b'x'; size]), End::Open).answered(1));
    let begun = || frame(TEXT, b"x");
    let over = [BOUND as u64 + 1, 20_000, 40_000, 65_535, 65_536, 65_537, 1 << 20]
        .into_iter()
        .chain((21..64).map(|bits| 1 << bits))
        .chain([(1 << 63) - 1, (1 << 63) + 5, u64::MAX]);
    let heads = over.flat_map(move |size| {
        let head = |first| u16::try_from(size).map_or_else(|_| in_64(first, size), |size| in_16(first, size));
        [
            fails(format!("the head of a text of {size}"), head(FIN | TEXT), 1009),
            fails(format!("the head of a first piece of {size}"), head(TEXT), 1009),
            fails(format!("a further piece of {size}"), [begun(), head(CONTINUATION)].concat(), 1009),
            fails(format!("the head of a binary of {size}"), head(FIN | BINARY), 1009),
            fails(format!("{size} announced, and more"), [head(FIN | TEXT), vec![b'x'; 200]].concat(), 1009),
        ]
    });
    let half = || frame(TEXT, &vec![b'x'; BOUND / 2]);
    let rest = |size: usize| frame(FIN | CONTINUATION, &vec![b'x'; size]);
    let together = [
        case("two halves", [half(), rest(BOUND / 2)].concat(), End::Open).answered(1),
        fails("two halves and one", [half(), rest(BOUND / 2 + 1)].concat(), 1009),
        fails(
            "pieces that are too much together, at the head of the last",
            [half(), in_16(CONTINUATION, 8_193)].concat(),
            1009,
        ),
    ];
    fit.chain(heads).chain(together).collect()
}

/// Lengths that are not in their shortest form.
fn lengths() -> Vec<Case> {
    let begun = || frame(TEXT, b"x");
    let texts = [0, 1, 5, 64, 124, 125].into_iter().flat_map(move |size| {
        [
            fails(format!("{size} in 16 bits"), in_16(FIN | TEXT, size), 1002),
            fails(format!("{size} in 64 bits"), in_64(FIN | TEXT, size.into()), 1002),
            fails(
                format!("a further piece: {size} in 16 bits"),
                [begun(), in_16(FIN | CONTINUATION, size)].concat(),
                1002,
            ),
            fails(format!("a ping: {size} in 16 bits"), in_16(FIN | PING, size), 1002),
            fails(format!("a pong: {size} in 16 bits"), in_16(FIN | PONG, size), 1002),
            fails(format!("a close: {size} in 16 bits"), in_16(FIN | CLOSE, size), 1002),
            fails(format!("a ping: {size} in 64 bits"), in_64(FIN | PING, size.into()), 1002),
            fails(format!("a close: {size} in 64 bits"), in_64(FIN | CLOSE, size.into()), 1002),
        ]
    });
    let long =
        [126, 1_000, 16_383, 16_384].map(|size| fails(format!("{size} in 64 bits"), in_64(FIN | TEXT, size), 1002));
    texts.chain(long).collect()
}

fn pings() -> Vec<Case> {
    let payloads: [&[u8]; 7] =
        [b"", b"x", b"Hello, world!", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", &[0xfe; 125], &[0; 124], "한글".as_bytes()];
    let answered = payloads
        .map(|payload| case(format!("a ping of {payload:x?}"), frame(FIN | PING, payload), End::Open).ponged(payload));
    let unasked = payloads
        .map(|payload| case(format!("a pong of {payload:x?} nobody asked for"), frame(FIN | PONG, payload), End::Open));
    let long = [126, 127, 1_000, 16_384, 65_535].into_iter().flat_map(|size: u16| {
        [PING, PONG, CLOSE].map(|kind| {
            fails(format!("a control frame {kind} of {size}"), frame(FIN | kind, &vec![b'x'; size.into()]), 1002)
        })
    });
    let ten: Vec<Vec<u8>> = (0..10_u8).map(|nth| vec![nth; 5]).collect();
    let mut row = case("ten pings", ten.iter().flat_map(|payload| frame(FIN | PING, payload)).collect(), End::Open);
    row.pongs = ten;
    answered.into_iter().chain(unasked).chain(long).chain([row]).collect()
}

fn reserved() -> Vec<Case> {
    let bits = (1..8_u8).flat_map(|bits| {
        let bits = bits << 4;
        [TEXT, BINARY, CLOSE, PING, PONG]
            .map(|kind| fails(format!("bits {bits:x} with {kind}"), frame(FIN | bits | kind, b""), 1002))
            .into_iter()
            .chain([
                fails(format!("bits {bits:x} with a payload"), frame(FIN | bits | TEXT, b"Hello"), 1002),
                fails(
                    format!("bits {bits:x} after a text"),
                    [frame(FIN | TEXT, b"Hello"), frame(FIN | bits | TEXT, b"")].concat(),
                    1002,
                )
                .answered(1),
                fails(
                    format!("bits {bits:x} on a further piece"),
                    [frame(TEXT, b"a"), frame(FIN | bits, b"")].concat(),
                    1002,
                ),
            ])
    });
    let kinds = [3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf].into_iter().flat_map(|kind: u8| {
        [
            fails(format!("kind {kind:x}"), frame(FIN | kind, b""), 1002),
            fails(format!("kind {kind:x} with a payload"), frame(FIN | kind, b"Hello"), 1002),
            fails(format!("kind {kind:x} in pieces"), frame(kind, b"Hello"), 1002),
            fails(
                format!("kind {kind:x} after a text and before a ping"),
                [frame(FIN | TEXT, b"Hello"), frame(FIN | kind, b""), frame(FIN | PING, b"")].concat(),
                1002,
            )
            .answered(1),
        ]
    });
    bits.chain(kinds).collect()
}

fn pieces() -> Vec<Case> {
    let (first, middle, last) = (|| frame(TEXT, b"one"), || frame(CONTINUATION, b"two"), || frame(FIN, b"three"));
    let ping = || frame(FIN | PING, b"ping");
    let fine = |name: &str, bytes: Vec<u8>| case(name, bytes, End::Open).answered(1);
    vec![
        fine("two pieces", [first(), last()].concat()),
        fine("three pieces", [first(), middle(), last()].concat()),
        fine("pieces of nothing", [frame(TEXT, b""), frame(CONTINUATION, b""), frame(FIN, b"")].concat()),
        fine("pieces of nothing around one", [frame(TEXT, b""), middle(), frame(FIN, b"")].concat()),
        fine("a ping between", [first(), ping(), last()].concat()).ponged(b"ping"),
        fine("pings between", [first(), ping(), middle(), ping(), last()].concat()).ponged(b"ping").ponged(b"ping"),
        fine("a pong between", [first(), frame(FIN | PONG, b"pong"), last()].concat()),
        fine("one text, and another", [first(), last(), first(), last()].concat()).answered(2),
        fine(
            "in single bytes",
            (0..20).fold(first(), |bytes, _| [bytes, frame(0, b"x")].concat()).into_iter().chain(last()).collect(),
        ),
        case("a close between", [first(), closing(1000, b""), last()].concat(), End::Closed(1000)),
        fails("a ping in pieces", [frame(PING, b"a"), frame(FIN, b"b")].concat(), 1002),
        fails("a pong in pieces", [frame(PONG, b"a"), frame(FIN, b"b")].concat(), 1002),
        fails("a close in pieces", frame(CLOSE, &[3, 232]), 1002),
        fails("a last piece of nothing", last(), 1002),
        fails("a piece of nothing", middle(), 1002),
        fails("a last piece of nothing, then a text", [last(), frame(FIN | TEXT, b"a")].concat(), 1002),
        fails("a piece after a whole text", [frame(FIN | TEXT, b"a"), last()].concat(), 1002).answered(1),
        fails("a piece after the last one", [first(), last(), last()].concat(), 1002).answered(1),
        fails("a text within a text", [first(), frame(FIN | TEXT, b"a")].concat(), 1002),
        fails("a first piece within a text", [first(), first()].concat(), 1002),
        fails("a binary within a text", [first(), frame(FIN | BINARY, b"a")].concat(), 1002),
    ]
}

fn binary() -> Vec<Case> {
    let whole = [0, 1, 125, 126, 1_000, BOUND]
        .map(|size| fails(format!("a binary of {size}"), frame(FIN | BINARY, &vec![0xfe; size]), 1003));
    let others = [
        fails("a binary in pieces", [frame(BINARY, b"a"), frame(FIN, b"b")].concat(), 1003),
        fails("a binary at its head", vec![FIN | BINARY, MASKED | 5], 1003),
        fails("a binary after a text", [frame(FIN | TEXT, b"a"), frame(FIN | BINARY, b"b")].concat(), 1003).answered(1),
    ];
    whole.into_iter().chain(others).collect()
}

fn utf8() -> Vec<Case> {
    let good: [&[u8]; 24] = [
        b"Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!",
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
        "안녕하세요".as_bytes(),
        b"\x00",
        b"\x7f",
        b"\xc2\x80",
        b"\xdf\xbf",
        b"\xe0\xa0\x80",
        b"\xef\xbf\xbf",
        b"\xed\x9f\xbf",
        b"\xee\x80\x80",
        b"\xef\xbf\xbd",
        b"\xef\xbf\xbe",
        b"\xf0\x90\x80\x80",
        b"\xf4\x8f\xbf\xbf",
        b"\xf0\x9f\xbf\xbe",
        b"\xf0\x9f\xbf\xbf",
        b"\xf0\xaf\xbf\xbf",
        b"\xf1\x8f\xbf\xbe",
        b"\xf4\x8f\xbf\xbe",
        "👩‍👩‍👧‍👦".as_bytes(),
        "🇰🇷".as_bytes(),
        "e\u{301}".as_bytes(),
        b"a\xc2\xb5\xe2\x82\xac\xf0\x9f\x98\x80z",
    ];
    let good = good.into_iter().flat_map(|text| {
        let whole = case(format!("the text {text:x?}"), frame(FIN | TEXT, text), End::Open).answered(1);
        let cut = (1..text.len()).map(move |at| {
            let bytes = [frame(TEXT, &text[..at]), frame(FIN, &text[at..])].concat();
            case(format!("the text {text:x?} cut at {at}"), bytes, End::Open).answered(1)
        });
        std::iter::once(whole).chain(cut)
    });
    // Up to the first byte that cannot be: what would follow is never sent.
    let bad: [&[u8]; 34] = [
        b"\x80",
        b"\xbf",
        b"\x80\xbf",
        b"abc\x80",
        b"\xc0",
        b"\xc1",
        b"\xc2\xc2",
        b"\xe0\x80",
        b"\xe0\x9f",
        b"\xe1\x80\xc0",
        b"\xed\xa0",
        b"\xed\xaf",
        b"\xed\xb0",
        b"\xed\xbf",
        b"\xf0\x80",
        b"\xf0\x8f",
        b"\xf4\x90",
        b"\xf5",
        b"\xf7\xbf",
        b"\xf8\x88",
        b"\xfb",
        b"\xfc\x84",
        b"\xfd",
        b"\xfe",
        b"\xff",
        b"\xfe\xfe\xff\xff",
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0",
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4\x90",
        b"\xc2a",
        b"\xe0\xa0a",
        b"\xf0\x90\x80a",
        b"\xea\xb0\xff",
        b"\xc0\xaf",
        b"\xf0\x9f\x98\xc0",
    ];
    let bad = bad.into_iter().flat_map(|text| {
        // The frame announces ten bytes more than ever come.
        let begun = |first: u8, text: &[u8]| {
            let mut bytes = frame(first, &[text, &[b'x'; 10]].concat());
            bytes.truncate(bytes.len() - 10);
            bytes
        };
        [
            fails(format!("the text {text:x?}"), frame(FIN | TEXT, text), 1007),
            fails(format!("at once in {text:x?}"), begun(FIN | TEXT, text), 1007),
            fails(format!("at once in a first piece {text:x?}"), frame(TEXT, text), 1007),
            fails(format!("at once in a further piece {text:x?}"), [frame(TEXT, b"ok"), begun(0, text)].concat(), 1007),
            fails(
                format!("across pieces {text:x?}"),
                [frame(TEXT, &text[..text.len() - 1]), frame(0, &text[text.len() - 1..])].concat(),
                1007,
            ),
        ]
    });
    let broken_off: [&[u8]; 8] =
        [b"\xc2", b"\xe0\xa0", b"\xed\x9f", b"\xf0\x90\x80", b"\xf4\x8f\xbf", b"ok\xe1", b"\xea\xb0", b"ok\xf0\x9f"];
    let broken_off = broken_off.into_iter().flat_map(|text| {
        [
            fails(format!("a text that ends within {text:x?}"), frame(FIN | TEXT, text), 1007),
            fails(format!("pieces that end within {text:x?}"), [frame(TEXT, text), frame(FIN, b"")].concat(), 1007),
        ]
    });
    good.chain(bad).chain(broken_off).collect()
}

fn closes() -> Vec<Case> {
    let good = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999];
    let good = good.into_iter().flat_map(|code: u16| {
        let echo = End::Closed(code);
        [
            case(format!("closed with {code}"), closing(code, b""), echo),
            case(format!("closed with {code} and words"), closing(code, "안녕히".as_bytes()), echo),
        ]
    });
    let bad =
        [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].into_iter().flat_map(|code: u16| {
            [
                fails(format!("closed with {code}"), closing(code, b""), 1002),
                fails(format!("closed with {code} and words"), closing(code, b"bye"), 1002),
            ]
        });
    let words: [&[u8]; 7] = [
        b"\xff",
        b"ok\xed\xa0\x80",
        b"\xc3",
        b"\xf4\x90\x80\x80",
        b"\xea\xb0",
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xed\xa0\x80",
        b"\xc0\xaf",
    ];
    let words = words.map(|words| fails(format!("closed with the words {words:x?}"), closing(1000, words), 1007));
    let others = vec![
        case("closed without a code", frame(FIN | CLOSE, b""), End::ClosedWithoutCode),
        fails("closed with half a code", frame(FIN | CLOSE, &[3]), 1002),
        case("closed with as many words as fit", closing(1000, &[b'x'; 123]), End::Closed(1000)),
        fails("closed with too many words", closing(1000, &[b'x'; 124]), 1002),
        case("a text after the close", [closing(1000, b""), frame(FIN | TEXT, b"a")].concat(), End::Closed(1000)),
        case("a ping after the close", [closing(1000, b""), frame(FIN | PING, b"a")].concat(), End::Closed(1000)),
        case("two closes", [closing(1000, b""), closing(1001, b"")].concat(), End::Closed(1000)),
        case("a fault after the close", [closing(1000, b""), vec![0xff; 20]].concat(), End::Closed(1000)),
        case("a text before the close", [frame(FIN | TEXT, b"a"), closing(1000, b"")].concat(), End::Closed(1000))
            .answered(1),
    ];
    good.chain(bad).chain(words).chain(others).collect()
}

fn unmasked() -> Vec<Case> {
    [TEXT, BINARY, CLOSE, PING, PONG]
        .into_iter()
        .flat_map(|kind| {
            [
                fails(format!("kind {kind} without a mask"), vec![FIN | kind, 0], 1002),
                fails(format!("kind {kind} without a mask, with a payload"), vec![FIN | kind, 2, b'{', b'}'], 1002),
            ]
        })
        .collect()
}
