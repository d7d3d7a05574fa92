//! Requests as programs and browsers make them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::PATIENCE;
use super::office::PASSWORD;

/// Somebody who asks over HTTP, logged in or not.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    base: String,
    bearer: Option<String>,
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of the log-in cookie it sets.
    pub fn session(&self) -> String {
        let cookie = self.header("set-cookie");
        let value = cookie.split(';').next().and_then(|pair| pair.split_once('='));
        value.map(|(_, value)| value.to_owned()).unwrap_or_else(|| panic!("no cookie: {cookie}"))
    }

    /// A refusal in the form of the contract, with this status and code.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["code"], *code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        for field in ["type", "title", "detail", "request_id"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "no `{field}` in {problem}");
        }
        assert_eq!(problem["request_id"], *self.header("x-request-id"), "{problem}");
        problem
    }
}

impl Http {
    pub fn new(address: SocketAddr) -> Self {
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("an HTTP client");
        Self { client, base: format!("http://{address}"), bearer: None }
    }

    /// The same, logged in.
    pub async fn as_user(&self, login: &str) -> Self {
        self.with_password(login, PASSWORD).await
    }

    /// The admin of the demo, who needs no second factor.
    pub async fn as_demo_admin(&self) -> Self {
        self.with_password("admin", "demo-admin").await
    }

    async fn with_password(&self, login: &str, password: &str) -> Self {
        let session = self.log_in(login, password).await;
        Self { bearer: Some(session), ..self.clone() }
    }

    /// The same with a session or a token there is.
    pub fn with_bearer(&self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..self.clone() }
    }

    /// The value of the log-in cookie.
    pub async fn log_in(&self, login: &str, password: &str) -> String {
        let answer = self.post("/api/v1/session", &json!({"login": login, "password": password})).await;
        assert_eq!(answer.status, 200, "{login} cannot log in: {}", answer.text);
        answer.session()
    }

    pub async fn get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        self.send(self.request(Method::GET, path)).await
    }

    /// `get` of something that must be there.
    #[track_caller]
    pub fn read(&self, path: &str) -> impl Future<Output = Value> {
        let asked = self.get(path);
        let path = path.to_owned();
        async move {
            let answer = asked.await.unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            answer.json()
        }
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.ask(self.request(Method::PATCH, path).json(body)).await
    }

    /// A `DELETE` that says something.
    pub async fn delete_with(&self, path: &str, body: &Value) -> Answer {
        self.ask(self.request(Method::DELETE, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(self.request(Method::DELETE, path)).await
    }

    /// A request to add to.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.bearer {
            Some(session) => request.bearer_auth(session),
            None => request,
        }
    }

    /// Sends a request that must be answered.
    pub async fn ask(&self, request: reqwest::RequestBuilder) -> Answer {
        self.send(request).await.unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Sends a request whose answer may not end, and reads it only if it is a refusal.
    pub async fn begin(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap_or_else(|error| panic!("no answer: {error}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = if status >= 400 { response.text().await.unwrap_or_default() } else { String::new() };
        Answer { status, headers, text }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    }

    /// Follows server-sent events.
    pub async fn follow(&self, path: &str) -> Events {
        // Without the client's deadline: a stream is meant to stay.
        let request = self.request(Method::GET, path).timeout(Duration::from_secs(600));
        let response = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(response.status().as_u16(), 200, "{path}");
        Events { response, text: String::new() }
    }
}

/// A stream of server-sent events.
pub struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    /// The next event: its name and its data. `None` once the stream has ended.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                let event = field("event").zip(field("data"));
                let event =
                    event.map(|(name, data)| (name.to_owned(), serde_json::from_str(data).expect("data is JSON")));
                self.text = rest.to_owned();
                if event.is_some() {
                    return event;
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            match chunk.unwrap_or_else(|_| panic!("no event within {PATIENCE:?}")) {
                Ok(Some(chunk)) => self.text.push_str(&String::from_utf8_lossy(&chunk)),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// The next event of this name that fits.
    pub async fn expect(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let give_up = Instant::now() + PATIENCE;
        while Instant::now() < give_up {
            match self.next().await {
                Some((event, data)) if event == name && fits(&data) => return data,
                Some(_) => {}
                None => panic!("the stream ended before `{name}`"),
            }
        }
        panic!("no fitting `{name}` within {PATIENCE:?}");
    }
}
