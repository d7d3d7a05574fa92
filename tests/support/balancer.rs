//! HAProxy and nginx in front of real servers, each with the file in `deploy/` that an operator takes. Of the file only
//! ports, addresses, the certificate, the folder of a log and the lines that name the nodes are replaced; what is to be
//! replaced and is not there fails the test, so the files cannot go their own way.
//!
//! Clients come over TLS, as browsers do: the harness' people speak plainly to a tunnel, which does that for them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream as Plain};
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;

use super::program::{Program, free_port, is_root};
use super::{Http, Server};

/// The name that the certificate is for.
const NAME: &str = "office.example";

/// What stands in the files of `deploy/` and what stands there in the test.
type Replaced<'a> = &'a [(&'a str, &'a str)];

/// A running balancer.
pub struct Balancer {
    program: Program,
    /// Where it listens without TLS.
    pub plain: SocketAddr,
    tunnel: Tunnel,
}

impl Balancer {
    /// HAProxy in front of these servers.
    pub async fn haproxy(servers: &[&Server], more: Replaced<'_>) -> Self {
        let (folder, pem) = (Program::folder("haproxy"), "/etc/haproxy/anteroom.pem");
        let [plain, secure] = [free_port(), free_port()];
        let certificate = certificate(&folder);
        let nodes: Vec<String> =
            servers.iter().enumerate().map(|(n, server)| format!("    server n{n} {}\n", server.address())).collect();
        let mut replaced = vec![
            ("bind :80", format!("bind {plain}")),
            ("bind :443", format!("bind {secure}")),
            (pem, folder.join("anteroom.pem").display().to_string()),
            ("maxconn 100000", "maxconn 1000".into()),
            ("    server one 10.0.0.11:8080\n", nodes.concat()),
        ];
        if !is_root() {
            replaced.extend([("    user haproxy\n", String::new()), ("    group haproxy\n", String::new())]);
        }
        let file = taken("haproxy/haproxy.cfg", &replaced, more);
        std::fs::write(folder.join("haproxy.cfg"), file).expect("a file");
        let program = Program::start("haproxy", folder, &["-db", "-f", "haproxy.cfg"]);
        Self::up(program, plain, secure, certificate).await
    }

    /// nginx in front of these servers.
    pub async fn nginx(servers: &[&Server], more: Replaced<'_>) -> Self {
        let folder = Program::folder("nginx");
        let [plain, secure] = [free_port(), free_port()];
        let certificate = certificate(&folder);
        let nodes: Vec<String> = servers
            .iter()
            .map(|server| format!("    server {} max_fails=3 fail_timeout=2s;\n", server.address()))
            .collect();
        let file = taken(
            "nginx/anteroom.conf",
            &[
                ("listen 80;", format!("listen {plain};")),
                ("listen 443 ssl;", format!("listen {secure} ssl;")),
                ("/etc/nginx/anteroom.pem", folder.join("anteroom.pem").display().to_string()),
                ("/etc/nginx/anteroom.key", folder.join("anteroom.pem").display().to_string()),
                ("/var/log/nginx", folder.display().to_string()),
                ("    server 10.0.0.11:8080 max_fails=3 fail_timeout=2s;\n", nodes.concat()),
            ],
            more,
        );
        std::fs::write(folder.join("anteroom.conf"), file).expect("a file");
        // What Debian's own file says around it, as one process of whoever runs the tests.
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|of| format!("{of}_temp_path {of};"));
        let around = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr;\n\
             events {{ worker_connections 1000; }}\n\
             http {{ access_log off; {} include anteroom.conf; }}\n",
            temporary.join(" ")
        );
        std::fs::write(folder.join("nginx.conf"), around).expect("a file");
        let here = folder.display().to_string();
        let program = Program::start("nginx", folder, &["-p", &here, "-e", "stderr", "-c", "nginx.conf"]);
        Self::up(program, plain, secure, certificate).await
    }

    async fn up(program: Program, plain: SocketAddr, secure: SocketAddr, certificate: CertificateDer<'static>) -> Self {
        program.wait_until(|| Plain::connect(plain).is_ok() && Plain::connect(secure).is_ok());
        Self { program, plain, tunnel: Tunnel::to(secure, certificate).await }
    }

    /// Where clients come in.
    pub fn address(&self) -> SocketAddr {
        self.tunnel.address
    }

    /// A WebSocket's address through it.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address())
    }

    /// Requests through it.
    pub fn http(&self) -> Http {
        Http::new(self.address())
    }

    /// All it has logged so far.
    pub fn logged(&self) -> String {
        let logs = ["log", "anteroom.log", "anteroom.error.log"].map(|name| self.program.file(name));
        logs.concat()
    }

    /// Asks without TLS, and says how the answer begins.
    pub fn asked_plainly(&self, path: &str) -> String {
        let mut stream = Plain::connect(self.plain).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n").expect("asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }
}

/// The file as it is in `deploy/`, with each of these replaced.
fn taken(file: &str, replaced: &[(&str, String)], more: Replaced<'_>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(file);
    let mut text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let more = more.iter().map(|(from, to)| (*from, (*to).to_owned()));
    for (from, to) in replaced.iter().cloned().chain(more) {
        assert!(text.contains(from), "{file} has no `{from}`: what the tests replace there has another form");
        text = text.replace(from, &to);
    }
    text
}

/// Made for this test, with its key in one file beside it.
fn certificate(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).expect("a certificate");
    let pem = [("CERTIFICATE", made.cert.der().to_vec()), ("PRIVATE KEY", made.signing_key.serialize_der())];
    let pem = pem.map(|(what, der)| {
        let lines =
            STANDARD.encode(der).as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n");
        format!("-----BEGIN {what}-----\n{lines}\n-----END {what}-----\n")
    });
    std::fs::write(folder.join("anteroom.pem"), pem.concat()).expect("a file");
    made.cert.into()
}

/// Takes plain connections and brings each over TLS to the balancer, from the address that it came from.
struct Tunnel {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Tunnel {
    async fn to(balancer: SocketAddr, certificate: CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(certificate).expect("a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port for the tunnel");
        let address = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            while let Ok((client, from)) = listener.accept().await {
                tokio::spawn(bring(client, from, balancer, connector.clone()));
            }
        });
        Self { address, task }
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn bring(mut client: TcpStream, from: SocketAddr, balancer: SocketAddr, connector: TlsConnector) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((from.ip(), 0).into()).expect("an address of our own");
    let Ok(stream) = socket.connect(balancer).await else { return };
    let _ = (client.set_nodelay(true), stream.set_nodelay(true));
    let name = ServerName::try_from(NAME).expect("a name");
    let mut secure = connector.connect(name, stream).await.expect("the balancer's certificate is good");
    // Ends with either side; a test sees it at the end that it holds.
    let _ = tokio::io::copy_bidirectional(&mut client, &mut secure).await;
}
