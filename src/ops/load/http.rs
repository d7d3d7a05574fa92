//! The one request a peer may want before a socket.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes.
const ANSWER_MAX: u64 = 65_536;

/// Posts JSON and reads JSON. On refusal, what was said.
pub async fn post(mut stream: TcpStream, authority: &str, path: &str, body: &Value) -> Result<Value, String> {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    stream.take(ANSWER_MAX).read_to_end(&mut answer).await.map_err(|error| error.to_string())?;
    read(&answer)
}

fn read(answer: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(answer).map_err(|error| error.to_string())?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("the answer ended in its head")?;
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(status.to_owned());
    }
    serde_json::from_str(body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_json_or_what_was_said_instead() {
        let answer = read(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n{\"a\": 1}").expect("JSON");
        assert_eq!(answer["a"], 1);
        assert!(read(b"HTTP/1.1 404 Not Found\r\n\r\n").is_err_and(|why| why.contains("404")));
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n<html>").is_err());
        assert!(read(b"HTTP/1.1 200").is_err());
        assert!(read(b"\xff").is_err());
    }
}
