//! A bare relay on `actix-web-actors`: an actor for each socket and one for the office, as in the
//! usual chat. It stores nothing, acknowledges nothing and believes everybody.

mod office;

use actix::prelude::*;
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws;
use office::{Comes, Goes, Hears, Office, Tell};

struct Person {
    number: u64,
    is_counsellor: bool,
    office: Addr<Office>,
}

impl Actor for Person {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.office.do_send(Comes { number: self.number, outbox: ctx.address().recipient() });
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.office.do_send(Goes(self.number));
    }
}

impl Handler<Tell> for Person {
    type Result = ();

    fn handle(&mut self, Tell(frame): Tell, ctx: &mut Self::Context) {
        ctx.text(frame);
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Person {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Self::Context) {
        match message {
            Ok(ws::Message::Text(text)) => match serde_json::from_str(&text) {
                Ok(frame) => {
                    self.office.do_send(Hears { number: self.number, is_counsellor: self.is_counsellor, frame })
                }
                Err(_) => ctx.stop(),
            },
            Ok(ws::Message::Ping(payload)) => ctx.pong(&payload),
            Ok(ws::Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Ok(_) => {}
            Err(_) => ctx.stop(),
        }
    }
}

async fn socket(
    request: HttpRequest,
    stream: web::Payload,
    office: web::Data<Addr<Office>>,
    numbers: web::Data<std::sync::atomic::AtomicU64>,
) -> Result<HttpResponse, Error> {
    let number = numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
    let is_counsellor = request.path() == "/counsellor";
    ws::start(Person { number, is_counsellor, office: office.get_ref().clone() }, &request, stream)
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let office = web::Data::new(Office::default().start());
    let numbers = web::Data::new(std::sync::atomic::AtomicU64::new(0));
    let port = std::env::var("PORT").unwrap_or_else(|_| "0".into());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(office.clone())
            .app_data(numbers.clone())
            .route("/desk", web::get().to(socket))
            .route("/counsellor", web::get().to(socket))
    })
    .workers(1)
    // Without it a frame waits for the acknowledgement of the one before: 40 ms.
    .tcp_nodelay(true)
    .backlog(4_096)
    .bind(format!("127.0.0.1:{port}"))?;
    println!("listening on http://{}", server.addrs()[0]);
    server.run().await
}
