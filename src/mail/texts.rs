//! What is written to people. Plain text: no tracking, nothing a mail program could run.

/// A letter to one person.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    pub to: &'a str,
    /// The name to greet, where only staff can have the letter sent.
    pub name: &'a str,
    /// `ko` or `en`; anything else is Korean.
    pub language: &'a str,
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
    /// There is another password.
    PasswordChanged,
    /// There is another mail address; to the one there was.
    EmailChanged,
    /// A second factor is asked for from now on.
    SecondFactorOn,
    /// No second factor is asked for any more.
    SecondFactorOff,
    /// There is a new API token.
    TokenMade,
}

impl Text<'_> {
    /// Its code on file.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Verify(_) => "VERIFY_EMAIL",
            Self::Reset(_) => "RESET_PASSWORD",
            Self::AddressInUse => "ADDRESS_IN_USE",
            Self::Approved(_) => "APPROVED",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::EmailChanged => "EMAIL_CHANGED",
            Self::SecondFactorOn => "SECOND_FACTOR_ON",
            Self::SecondFactorOff => "SECOND_FACTOR_OFF",
            Self::TokenMade => "TOKEN_MADE",
        }
    }

    /// Whether not even the name stands in it. What anybody can have sent carries nothing that its sender
    /// wrote, and a warning of a change nothing that whoever got at the account may have written.
    fn names_nobody(&self) -> bool {
        match self {
            Self::Approved(_) => false,
            Self::Verify(_)
            | Self::Reset(_)
            | Self::AddressInUse
            | Self::PasswordChanged
            | Self::EmailChanged
            | Self::SecondFactorOn
            | Self::SecondFactorOff
            | Self::TokenMade => true,
        }
    }
}

impl Letter<'_> {
    /// Subject and body, with links that start with `url`.
    #[must_use]
    pub fn write(&self, url: &str) -> (String, String) {
        let (subject, said) = if self.language == "en" { self.english(url) } else { self.korean(url) };
        let greeting = match (self.language, self.text.names_nobody()) {
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
            Text::PasswordChanged => (
                "Anteroom: your password was changed",
                format!(
                    "the password of your account was changed. Your other log-ins and all API tokens have ended. If \
                     it was not you, set a new password at {url}/reset now and tell an administrator."
                ),
            ),
            Text::EmailChanged => (
                "Anteroom: your e-mail address was changed",
                "the e-mail address of your account was changed to another one; mail no longer comes here. If you did \
                 not ask for this, tell an administrator now."
                    .to_owned(),
            ),
            Text::SecondFactorOn => (
                "Anteroom: a second factor was set up",
                format!(
                    "a second factor was set up for your account: logging in now asks for a code, too. If it was not \
                     you, set a new password at {url}/reset and tell an administrator."
                ),
            ),
            Text::SecondFactorOff => (
                "Anteroom: the second factor was taken away",
                format!(
                    "the second factor of your account was taken away: the password alone logs in now. If it was not \
                     you, set a new password at {url}/reset and tell an administrator."
                ),
            ),
            Text::TokenMade => (
                "Anteroom: a new API token",
                format!(
                    "an API token was made for your account: a program that has it can work in your name. If it was \
                     not you, revoke it at {url}/account, set a new password and tell an administrator."
                ),
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
            Text::PasswordChanged => (
                "Anteroom: 비밀번호가 변경되었습니다",
                format!(
                    "회원님 계정의 비밀번호가 변경되었습니다. 다른 곳의 로그인과 API 토큰은 모두 끝났습니다. 본인이 \
                     변경하지 않았다면 바로 {url}/reset 에서 비밀번호를 새로 정하고 관리자에게 알려 주세요."
                ),
            ),
            Text::EmailChanged => (
                "Anteroom: 이메일 주소가 변경되었습니다",
                "회원님 계정의 이메일 주소가 다른 주소로 변경되었습니다. 앞으로 이 주소로는 메일을 보내지 않습니다. \
                 변경을 요청한 적이 없다면 바로 관리자에게 알려 주세요."
                    .to_owned(),
            ),
            Text::SecondFactorOn => (
                "Anteroom: 2단계 인증이 설정되었습니다",
                format!(
                    "회원님 계정에 2단계 인증이 설정되었습니다. 이제 로그인할 때 인증 번호도 묻습니다. 본인이 \
                     설정하지 않았다면 {url}/reset 에서 비밀번호를 새로 정하고 관리자에게 알려 주세요."
                ),
            ),
            Text::SecondFactorOff => (
                "Anteroom: 2단계 인증이 해제되었습니다",
                format!(
                    "회원님 계정의 2단계 인증이 해제되었습니다. 이제 비밀번호만으로 로그인할 수 있습니다. 본인이 \
                     해제하지 않았다면 {url}/reset 에서 비밀번호를 새로 정하고 관리자에게 알려 주세요."
                ),
            ),
            Text::TokenMade => (
                "Anteroom: API 토큰이 발급되었습니다",
                format!(
                    "회원님 계정으로 API 토큰이 발급되었습니다. 이 토큰이 있는 프로그램은 회원님의 이름으로 일할 수 \
                     있습니다. 본인이 발급하지 않았다면 {url}/account 에서 토큰을 폐기하고 비밀번호를 새로 정한 뒤 \
                     관리자에게 알려 주세요."
                ),
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
    fn a_warning_carries_nothing_that_anybody_wrote() {
        for text in
            [Text::PasswordChanged, Text::EmailChanged, Text::SecondFactorOn, Text::SecondFactorOff, Text::TokenMade]
        {
            for language in ["ko", "en"] {
                let (subject, body) = written(language, text);
                assert!(!subject.contains("Kim") && !body.contains("Kim"), "{body}");
                assert!(body.starts_with(if language == "en" { "Hello,\n" } else { "안녕하세요.\n" }), "{body}");
            }
            assert_ne!(written("ko", text), written("en", text));
        }
    }

    #[test]
    fn an_unknown_language_is_korean() {
        assert_eq!(written("fr", Text::AddressInUse), written("ko", Text::AddressInUse));
    }
}
