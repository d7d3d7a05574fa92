//! How a value on the command line is read, and what is said of one that cannot be read.

/// A network, or one address.
pub(super) fn parse_network(text: &str) -> Result<ipnet::IpNet, String> {
    let network = text.parse::<ipnet::IpNet>();
    network
        .or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from))
        .map_err(|_| "is not an address or a network; give one like 10.0.0.5 or 10.0.0.0/8".to_owned())
}

/// `scheme://host[:port]` in the form browsers send it: lower case, no path, no default port.
pub(super) fn parse_origin(text: &str) -> Result<String, String> {
    let wrong = || "must be http://HOST[:PORT] or https://HOST[:PORT] and nothing after it".to_owned();
    let lower = text.trim_end_matches('/').to_ascii_lowercase();
    let (scheme, authority) = lower.split_once("://").ok_or_else(wrong)?;
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return Err(wrong()),
    };
    let parsed: actix_web::http::uri::Authority = authority.parse().map_err(|_| wrong())?;
    let port_is_sound = match authority.strip_prefix(parsed.host()) {
        Some("") => true,
        Some(port) => port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0)),
        None => false,
    };
    if parsed.host().is_empty() || !port_is_sound {
        return Err(wrong());
    }
    Ok(format!("{scheme}://{}", authority.strip_suffix(default_port).unwrap_or(authority)))
}

/// Whether an origin as [`parse_origin`] gives it is one that only this machine can mean.
pub(super) fn is_this_machine(origin: &str) -> bool {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => authority,
    };
    match host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        // RFC 6761: names that never leave the machine.
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// A time zone by its name.
pub(super) fn parse_zone(text: &str) -> Result<chrono_tz::Tz, String> {
    text.parse().map_err(|_| "is not a time zone; give one such as Asia/Seoul or UTC".to_owned())
}

/// Whether a text says where a Redis is.
pub(super) fn is_redis_url(text: &str) -> bool {
    let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "redis" | "rediss"));
    url.is_some_and(|url| url.host_str().is_some_and(|host| !host.is_empty()))
}

/// Longest name of a node, in characters.
const NODE_NAME_MAX: usize = 64;

/// What people call a node.
pub(super) fn parse_node_name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.chars().any(char::is_control) || text.chars().count() > NODE_NAME_MAX {
        return Err(format!("must be a name of 1 to {NODE_NAME_MAX} characters in one line"));
    }
    Ok(text.to_owned())
}

/// A topic, and the tier of who serves it; 0 if none is named.
pub(super) fn parse_line(text: &str) -> Result<(String, u8), String> {
    let (topic, tier) = match text.split_once(':') {
        Some((topic, tier)) => (topic, tier.parse().map_err(|_| "the tier after the colon is a number from 0 to 255")?),
        None => (text, 0),
    };
    if topic.is_empty() {
        return Err("the topic is missing; give TOPIC or TOPIC:TIER".into());
    }
    Ok((topic.to_owned(), tier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (given, kept) in [
            ("https://Desk.Example.org", "https://desk.example.org"),
            ("https://desk.example.org:443/", "https://desk.example.org"),
            ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(parse_origin(given).as_deref(), Ok(kept), "{given}");
        }
        for wrong in [
            "",
            "null",
            "*",
            "desk.example.org",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://a:x",
            "https://u@a",
            "http://a b",
        ] {
            assert!(parse_origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_may_name_its_tier() {
        assert_eq!(parse_line("FINANCE"), Ok(("FINANCE".into(), 0)));
        assert_eq!(parse_line("FINANCE:2"), Ok(("FINANCE".into(), 2)));
        for wrong in ["", ":1", "FINANCE:x", "FINANCE:256"] {
            assert!(parse_line(wrong).is_err(), "{wrong}");
        }
    }
}
