//! Tests of development mode behind real proxies: their clients are on other machines and receive
//! what production sends, until they have the token. `tests/run tools` installs nginx, haproxy and
//! socat.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::Value;

use crate::{Answer, Server};

/// The host by which clients on another machine address the proxy.
const ELSEWHERE: &str = "192.168.1.5:8080";

/// A proxy in front of a server, on a port of its own.
struct Proxy {
    process: Child,
    folder: PathBuf,
    url: String,
}

impl Proxy {
    /// Starts a proxy. A free port may be taken before the proxy binds it; then another one is
    /// tried.
    fn start(command: impl Fn(&Path, u16) -> Command) -> Self {
        (0..20).find_map(|_| Self::start_at(free_port(), &command)).expect("the proxy starts")
    }

    fn start_at(port: u16, command: impl Fn(&Path, u16) -> Command) -> Option<Self> {
        let folder = env::temp_dir().join(format!("reference-server-proxy-{port}"));
        fs::create_dir_all(&folder).expect("there is a folder for temporary files");
        let mut command = command(&folder, port);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("the proxy is installed: run `tests/run tools`");
        let mut proxy = Self { process, folder, url: format!("http://127.0.0.1:{port}") };
        proxy.listens_at(port).then_some(proxy)
    }

    fn listens_at(&mut self, port: u16) -> bool {
        let started = Instant::now();
        while self.process.try_wait().expect("a child can be asked").is_none() {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return true;
            }
            assert!(started.elapsed() < Duration::from_mins(1), "the proxy does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// Starts an nginx that forwards everything, with more directives.
    fn nginx(server: &Server, directives: &str) -> Self {
        let server = server.url.clone();
        Self::start(move |folder, port| {
            let at = folder.display();
            let configuration = format!(
                "daemon off; master_process off; pid {at}/pid; error_log stderr; events {{}}\n\
                 http {{ access_log off; client_body_temp_path {at}/1; proxy_temp_path {at}/2;\n\
                 fastcgi_temp_path {at}/3; uwsgi_temp_path {at}/4; scgi_temp_path {at}/5;\n\
                 map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}\n\
                 server {{ listen 127.0.0.1:{port};\n\
                 location / {{ proxy_pass {server}; {directives} }} }} }}\n"
            );
            let mut command = program("nginx");
            command.args(["-e", "stderr", "-p"]).arg(folder);
            command.arg("-c").arg(written(folder, &configuration));
            command
        })
    }

    /// Starts a haproxy that forwards everything, with more lines.
    fn haproxy(server: &Server, lines: &str) -> Self {
        let server = address(server);
        Self::start(move |folder, port| {
            let configuration = format!(
                "defaults\n mode http\n timeout connect 10s\n timeout client 60s\n\
                 \x20timeout server 60s\n{lines}\n\
                 frontend all\n bind 127.0.0.1:{port}\n default_backend service\n\
                 backend service\n server one {server}\n"
            );
            let mut command = program("haproxy");
            command.arg("-db").arg("-f").arg(written(folder, &configuration));
            command
        })
    }

    /// Starts a relay that does not parse HTTP.
    fn socat(server: &Server) -> Self {
        let server = address(server);
        Self::start(move |_, port| {
            let mut command = program("socat");
            command.arg(format!("TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr"));
            command.arg(format!("TCP:{server}"));
            command
        })
    }

    /// Returns the response to a client that addresses the proxy by this `Host` and sends a cookie.
    async fn get(&self, path: &str, host: &str, cookie: &str) -> Answer {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build();
        let client = client.expect("a client needs nothing");
        let request = client.request(Method::GET, format!("{}{path}", self.url));
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

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there are free ports");
    listener.local_addr().expect("it is bound").port()
}

/// Returns a command for a program. Debian installs servers where the `PATH` of users may not lead.
fn program(name: &str) -> Command {
    let folders = ["/usr/sbin", "/usr/bin"].map(|folder| Path::new(folder).join(name));
    let found = folders.into_iter().find(|file| file.is_file());
    Command::new(found.unwrap_or_else(|| name.into()))
}

fn written(folder: &Path, configuration: &str) -> PathBuf {
    let file = folder.join("configuration");
    fs::write(&file, configuration).expect("the folder is there");
    file
}

fn address(server: &Server) -> String {
    server.url.trim_start_matches("http://").to_owned()
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
    let server = Server::development();
    let proxy = Proxy::nginx(&server, "");
    proxy.is_closed(&CLAIMS).await;
    proxy.opens_with_the_token_of(&server).await;
}

#[tokio::test]
async fn nginx_that_speaks_http_1_1_is_closed_until_the_token_opens() {
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
    let server = Server::development();
    let proxy = Proxy::haproxy(&server, " option forwardfor");
    proxy.is_closed(&CLAIMS).await;
    proxy.opens_with_the_token_of(&server).await;
}

#[tokio::test]
async fn haproxy_and_socat_are_closed_for_their_own_names_until_the_token_opens() {
    let server = Server::development();
    for proxy in [Proxy::haproxy(&server, ""), Proxy::socat(&server)] {
        proxy.is_closed(&[ELSEWHERE, "shop.example", "localhost.example"]).await;
        proxy.opens_with_the_token_of(&server).await;
    }
}

/// The docs of `dev` name this limit: a relay that leaves no trace, and a client that lies.
#[tokio::test]
async fn relay_without_a_trace_is_taken_for_a_local_client() {
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
