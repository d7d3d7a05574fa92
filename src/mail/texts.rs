//! What is written to people. Plain text: no tracking, nothing a mail program could run.

/// A letter to one person.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The address.
    pub to: &'a str,
    /// The name to greet, where only staff can have the letter sent.
    pub name: &'a str,
    /// `ko` or `en`; anything else is Korean.
    pub language: &'a str,
    /// What it says.
    pub text: Text<'a>,
}

/// What a letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text<'a> {
    /// Show that this address is yours; the token of the link.
    Verify(&'a str),
    /// Set a new password; the token of the link.
    Reset(&'a str),
    /// Somebody signed up with the address of an account there is.
    AddressInUse,
    /// You may log in now, with this login.
    Approved(&'a str),
}

impl Text<'_> {
    /// Whether anybody can have it sent to anybody. Such a letter carries nothing that somebody wrote:
    /// a name with a link in it would be an advertisement with the office's signature.
    fn is_anybodys(&self) -> bool {
        match self {
            Self::Verify(_) | Self::Reset(_) | Self::AddressInUse => true,
            Self::Approved(_) => false,
        }
    }

    /// Its code on file.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Verify(_) => "VERIFY_EMAIL",
            Self::Reset(_) => "RESET_PASSWORD",
            Self::AddressInUse => "ADDRESS_IN_USE",
            Self::Approved(_) => "APPROVED",
        }
    }
}

impl Letter<'_> {
    /// Subject and body, with links that start with `url`.
    #[must_use]
    pub fn write(&self, url: &str) -> (String, String) {
        let (subject, said) = if self.language == "en" { self.english(url) } else { self.korean(url) };
        let greeting = match (self.language, self.text.is_anybodys()) {
            ("en", true) => "Hello,".to_owned(),
            ("en", false) => format!("Hello {},", self.name),
            (_, true) => "안녕하세요.".to_owned(),
            (_, false) => format!("{} 님, 안녕하세요.", self.name),
        };
        (subject.to_owned(), format!("{greeting}\n\n{said}\n\nAnteroom, {url}\n"))
    }

    fn english(&self, url: &str) -> (&'static str, String) {
        match self.text {
            Text::Verify(token) => (
                "Anteroom: confirm your e-mail address",
                format!(
                    "somebody, most likely you, signed up with this address. To show that it is yours, open this \
                     link within 48 hours:\n\n{url}/verify#{token}\n\nThen a member of staff looks at your account \
                     and lets you in. If it was not you, do nothing."
                ),
            ),
            Text::Reset(token) => (
                "Anteroom: set a new password",
                format!(
                    "a new password was asked for your account. To set one, open this link within an hour; it works \
                     once:\n\n{url}/reset#{token}\n\nIf it was not you, do nothing: your password stays as it is."
                ),
            ),
            Text::AddressInUse => (
                "Anteroom: you have an account already",
                format!(
                    "somebody, perhaps you, signed up with this address, which belongs to your account. Nothing was \
                     changed. If you have forgotten your password, set a new one at {url}/reset"
                ),
            ),
            Text::Approved(login) => (
                "Anteroom: your account is ready",
                format!("your account was approved. You may log in as {login} now:\n\n{url}/"),
            ),
        }
    }

    fn korean(&self, url: &str) -> (&'static str, String) {
        match self.text {
            Text::Verify(token) => (
                "Anteroom: 이메일 주소를 확인해 주세요",
                format!(
                    "이 주소로 가입 신청이 들어왔습니다. 본인이 신청하셨다면 48시간 안에 아래 링크를 열어 주소를 \
                     확인해 주세요.\n\n{url}/verify#{token}\n\n확인 후 담당자가 승인하면 로그인하실 수 있습니다. \
                     신청한 적이 없다면 이 메일을 무시하셔도 됩니다."
                ),
            ),
            Text::Reset(token) => (
                "Anteroom: 새 비밀번호를 정해 주세요",
                format!(
                    "비밀번호 재설정 요청을 받았습니다. 한 시간 안에 아래 링크를 열어 새 비밀번호를 정해 주세요. \
                     링크는 한 번만 쓸 수 있습니다.\n\n{url}/reset#{token}\n\n요청한 적이 없다면 무시하셔도 됩니다. \
                     비밀번호는 바뀌지 않습니다."
                ),
            ),
            Text::AddressInUse => (
                "Anteroom: 이미 계정이 있습니다",
                format!(
                    "회원님의 계정에서 쓰는 이 주소로 누군가 가입을 신청했습니다. 바뀐 것은 없습니다. 비밀번호를 \
                     잊으셨다면 {url}/reset 에서 새로 정하실 수 있습니다."
                ),
            ),
            Text::Approved(login) => (
                "Anteroom: 계정이 승인되었습니다",
                format!("계정이 승인되었습니다. 이제 {login} (으)로 로그인하실 수 있습니다.\n\n{url}/"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://desk.example.org";

    fn written(language: &str, text: Text<'_>) -> (String, String) {
        Letter { to: "kim@example.org", name: "Kim", language, text }.write(URL)
    }

    #[test]
    fn every_letter_is_written_in_both_languages_with_its_link() {
        for (text, link) in [
            (Text::Verify("t0ken"), "https://desk.example.org/verify#t0ken"),
            (Text::Reset("t0ken"), "https://desk.example.org/reset#t0ken"),
            (Text::AddressInUse, "https://desk.example.org/reset"),
            (Text::Approved("kim"), "https://desk.example.org/"),
        ] {
            let (korean, english) = (written("ko", text), written("en", text));
            assert_ne!(korean, english);
            assert!(korean.1.contains(link) && english.1.contains(link), "{text:?}");
            let greets = korean.1.starts_with("Kim 님") && english.1.starts_with("Hello Kim");
            assert_eq!(greets, matches!(text, Text::Approved(_)), "{text:?}");
        }
    }

    #[test]
    fn a_letter_that_anybody_can_have_sent_carries_nothing_anybody_wrote() {
        for text in [Text::Verify("t0ken"), Text::Reset("t0ken"), Text::AddressInUse] {
            for language in ["ko", "en"] {
                let name = "당첨! https://evil.example";
                let (subject, body) = Letter { to: "kim@example.org", name, language, text }.write(URL);
                assert!(!subject.contains("evil") && !body.contains("evil") && !body.contains("당첨"), "{body}");
            }
        }
    }

    #[test]
    fn an_unknown_language_is_korean() {
        assert_eq!(written("fr", Text::AddressInUse), written("ko", Text::AddressInUse));
    }
}
