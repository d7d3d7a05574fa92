//! What a request must be to become a socket (RFC 6455, 4.2.1). The library that answers it lets
//! more pass: older versions, keys of any length, two keys, HTTP/1.0.

use actix_http::ws::{HandshakeError, verify_handshake};
use actix_web::dev::RequestHead;
use actix_web::http::Version;
use actix_web::http::header::{
    CONTENT_LENGTH, HeaderName, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
};

use crate::http::kit::error::AppError;

/// Refuses what is no handshake.
pub fn check(head: &RequestHead) -> Result<(), AppError> {
    let lines = |name: HeaderName| head.headers().get_all(name).count();
    if head.version < Version::HTTP_11 {
        return Err(AppError::bad_request("a socket is opened with HTTP/1.1"));
    }
    // Under another word beside ours the connection would stay the dispatcher's, whose body ends at once.
    let is_ours = |value: &[u8]| value.trim_ascii().eq_ignore_ascii_case(b"websocket");
    if !head.headers().get_all(UPGRADE).any(|value| is_ours(value.as_bytes())) {
        return Err(AppError::upgrade_required("this is a socket; open it with `Upgrade: websocket`"));
    }
    let has_body = head.headers().contains_key(TRANSFER_ENCODING)
        || head.headers().get_all(CONTENT_LENGTH).any(|length| length.as_bytes() != b"0");
    if has_body {
        return Err(AppError::bad_request("a handshake has no body"));
    }
    if lines(SEC_WEBSOCKET_VERSION) > 1 || lines(SEC_WEBSOCKET_KEY) > 1 {
        return Err(AppError::bad_request("Sec-WebSocket-Version and Sec-WebSocket-Key are sent once each"));
    }
    verify_handshake(head).map_err(|error| match error {
        HandshakeError::NoVersionHeader | HandshakeError::UnsupportedVersion => {
            AppError::upgrade_required("version 13 of the protocol is spoken here; send Sec-WebSocket-Version: 13")
        }
        HandshakeError::BadWebsocketKey => {
            AppError::bad_request("Sec-WebSocket-Key is sixteen random bytes in base64, 24 characters")
        }
        HandshakeError::GetMethodRequired => AppError::method_not_allowed("GET"),
        HandshakeError::NoWebsocketUpgrade | HandshakeError::NoConnectionUpgrade => {
            AppError::bad_request("send `Connection: Upgrade` with `Upgrade: websocket`")
        }
    })
}
