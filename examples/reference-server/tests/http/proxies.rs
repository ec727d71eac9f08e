//! Tests of development mode behind real proxies: their clients are on other machines and receive
//! what production sends, until they have the token. `tests/run tools` installs nginx, haproxy and
//! socat.

use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::Value;
use support::files::Folder;
use support::port::Port;
use support::process::{Process, installed};
use support::{needs, until};

use crate::{Answer, Server};

/// The host by which clients on another machine address the proxy.
const ELSEWHERE: &str = "192.168.1.5:8080";

/// A proxy in front of a server, on a port of its own.
struct Proxy {
    _process: Process,
    _folder: Folder,
    port: Port,
}

impl Proxy {
    fn start(command: impl FnOnce(&Folder, u16) -> Command) -> Self {
        let (folder, port) = (Folder::create(), Port::claim());
        let mut command = command(&folder, port.number());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = Process::start(&mut command);
        until(Duration::from_mins(1), || {
            assert!(process.is_running(), "the proxy has ended");
            TcpStream::connect(port.address()).is_ok()
        });
        Self { _process: process, _folder: folder, port }
    }

    /// Starts an nginx that forwards everything, with more directives.
    fn nginx(server: &Server, directives: &str) -> Self {
        let server = server.url.clone();
        Self::start(move |folder, port| {
            let at = folder.path().display();
            let configuration = format!(
                "daemon off; master_process off; pid {at}/pid; error_log stderr; events {{}}\n\
                 http {{ access_log off; client_body_temp_path {at}/1; proxy_temp_path {at}/2;\n\
                 fastcgi_temp_path {at}/3; uwsgi_temp_path {at}/4; scgi_temp_path {at}/5;\n\
                 map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}\n\
                 server {{ listen 127.0.0.1:{port};\n\
                 location / {{ proxy_pass {server}; {directives} }} }} }}\n"
            );
            let mut command = installed(&["nginx"]);
            command.args(["-e", "stderr", "-p"]).arg(folder.path());
            command.arg("-c").arg(folder.write("configuration", &configuration));
            command
        })
    }

    /// Starts a haproxy that forwards everything, with more lines.
    fn haproxy(server: &Server, lines: &str) -> Self {
        let server = server.address();
        Self::start(move |folder, port| {
            let configuration = format!(
                "defaults\n mode http\n timeout connect 10s\n timeout client 60s\n\
                 \x20timeout server 60s\n{lines}\n\
                 frontend all\n bind 127.0.0.1:{port}\n default_backend service\n\
                 backend service\n server one {server}\n"
            );
            let mut command = installed(&["haproxy"]);
            command.arg("-db").arg("-f").arg(folder.write("configuration", &configuration));
            command
        })
    }

    /// Starts a relay that does not parse HTTP.
    fn socat(server: &Server) -> Self {
        let server = server.address();
        Self::start(move |_, port| {
            let mut command = installed(&["socat"]);
            command.arg(format!("TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr"));
            command.arg(format!("TCP:{server}"));
            command
        })
    }

    /// Returns the response to a client that addresses the proxy by this `Host` and sends a cookie.
    async fn get(&self, path: &str, host: &str, cookie: &str) -> Answer {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build();
        let client = client.expect("a client needs nothing");
        let request = client.request(Method::GET, format!("http://{}{path}", self.port.address()));
        let request = request.header("host", host).header("user-agent", "curl/8.5.0");
        Answer::to(request.header("cookie", cookie)).await
    }

    async fn error(&self, host: &str, cookie: &str) -> Value {
        self.get("/debug/error", host, cookie).await.problem(500, "internal_error")
    }

    /// Asserts that a client without the token sees no more than in production, whatever its
    /// `Host`.
    async fn is_closed(&self, hosts: &[&str]) {
        for host in hosts {
            let problem = self.error(host, "theme=dark").await;
            assert!(!has_members(&problem), "{host}: {problem:#}");
            let wrong = "definable_dev_token=0123456789abcdef0123456789abcdef";
            assert!(!has_members(&self.error(host, wrong).await), "{host}: a wrong token");
        }
    }

    /// Asserts that the token of the greeting opens development mode: a redirect sets the cookie
    /// with which errors carry development members.
    async fn opens_with_the_token_of(&self, server: &Server) {
        let link = server.greeting.split_whitespace().find(|word| word.contains("_token="));
        let (_, query) = link.expect("the link is printed").split_once('?').unwrap();
        let answer = self.get(&format!("/health?x=1&{query}"), ELSEWHERE, "").await;
        assert_eq!((answer.status, answer.header("location")), (303, "./health?x=1"));
        let (cookie, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(self.get("/health?x=1", ELSEWHERE, cookie).await.status, 200);
        let problem = self.error(ELSEWHERE, cookie).await;
        assert_eq!(problem["error_message"], "the disk is on fire");
        let (_, token) = query.split_once('=').unwrap();
        assert!(!problem.to_string().contains(token));
    }
}

fn has_members(problem: &Value) -> bool {
    ["error_type", "error_message", "causes", "location", "traceback"]
        .iter()
        .any(|name| problem.get(name).is_some())
}

/// Hosts that a client sends to be taken for a local one.
const CLAIMS: [&str; 3] = [ELSEWHERE, "localhost", "127.0.0.1:8000"];

#[tokio::test]
async fn plain_local_client_sees_development_members() {
    let server = Server::development();
    for (name, value) in [
        ("user-agent", "curl/8.5.0"),
        ("x-api-key", "kb_live_acme_ingest"),
        ("referer", "http://localhost:5173/"),
    ] {
        let request = server.anonymous("GET", "/debug/error").header(name, value);
        let problem = Answer::to(request).await.problem(500, "internal_error");
        assert!(has_members(&problem), "{name}: {problem:#}");
    }
}

#[tokio::test]
async fn nginx_alone_is_closed_until_the_token_opens() {
    needs!(Nginx);
    let server = Server::development();
    let proxy = Proxy::nginx(&server, "");
    proxy.is_closed(&CLAIMS).await;
    proxy.opens_with_the_token_of(&server).await;
}

#[tokio::test]
async fn nginx_that_speaks_http_1_1_is_closed_until_the_token_opens() {
    needs!(Nginx);
    let server = Server::development();
    for directives in [
        "proxy_http_version 1.1;",
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
         proxy_set_header Connection $connection_upgrade;",
    ] {
        let proxy = Proxy::nginx(&server, directives);
        proxy.is_closed(&CLAIMS).await;
        proxy.opens_with_the_token_of(&server).await;
    }
}

#[tokio::test]
async fn nginx_with_fields_of_proxies_is_closed_until_the_token_opens() {
    needs!(Nginx);
    let server = Server::development();
    for field in [
        "X-Forwarded-For $proxy_add_x_forwarded_for",
        "X-Real-IP $remote_addr",
        "Forwarded for=$remote_addr",
        "X-Client-IP $remote_addr",
        "CDN-Loop example",
        "X-Nobody-Knows-It-Yet $remote_addr",
    ] {
        let keeps = "proxy_http_version 1.1; proxy_set_header Connection '';";
        let proxy = Proxy::nginx(&server, &format!("{keeps} proxy_set_header {field};"));
        proxy.is_closed(&CLAIMS).await;
        proxy.opens_with_the_token_of(&server).await;
    }
}

#[tokio::test]
async fn haproxy_with_forwardfor_is_closed_until_the_token_opens() {
    needs!(Haproxy);
    let server = Server::development();
    let proxy = Proxy::haproxy(&server, " option forwardfor");
    proxy.is_closed(&CLAIMS).await;
    proxy.opens_with_the_token_of(&server).await;
}

#[tokio::test]
async fn haproxy_and_socat_are_closed_for_their_own_names_until_the_token_opens() {
    needs!(Haproxy, Socat);
    let server = Server::development();
    for proxy in [Proxy::haproxy(&server, ""), Proxy::socat(&server)] {
        proxy.is_closed(&[ELSEWHERE, "shop.example", "localhost.example"]).await;
        proxy.opens_with_the_token_of(&server).await;
    }
}

/// The docs of `dev` name this limit: a relay that leaves no trace, and a client that lies.
#[tokio::test]
async fn relay_without_a_trace_is_taken_for_a_local_client() {
    needs!(Socat);
    let server = Server::development();
    let proxy = Proxy::socat(&server);
    assert!(has_members(&proxy.error("localhost", "").await));
}

#[tokio::test]
async fn greeting_shows_the_token_in_development_mode_alone() {
    for server in [Server::production(), Server::with(&[("APP_ENV", "staging")])] {
        assert!(!server.greeting.contains("token="), "{}", server.greeting);
    }
    let [first, second] = [Server::development(), Server::development()];
    let token = |server: &Server| {
        let (_, rest) = server.greeting.split_once("_token=").expect("the link is printed");
        rest.split_whitespace().next().unwrap().to_owned()
    };
    assert_ne!(token(&first), token(&second));
    assert_eq!(token(&first).len(), 32);
}
