//! Two real servers on one PostgreSQL, which match as one.

use anteroom::storage::Database;
use serde_json::Value;

use super::{Office, Server, postgres, until};

/// An office that several nodes serve, on a database of its own.
pub struct Pair {
    url: String,
}

impl Pair {
    pub fn new() -> Self {
        match postgres::fresh_database() {
            Database::Postgres(url) => Self { url },
            Database::Sqlite(path) => panic!("not PostgreSQL: {}", path.display()),
        }
    }

    /// A node with this name; `office` is put on file first.
    pub async fn node(&self, name: &str, office: Office) -> Server {
        let office = office.option("--database-url", &self.url).option("--cluster", "on");
        let office = office.option("--node-name", name).option("--beat-ms", "200").option("--gone-ms", "2000");
        office.demo().open().await
    }

    /// Two nodes with this office: the one that matches, and the other.
    pub async fn two(office: Office) -> (Server, Server) {
        let cluster = Self::new();
        let one = cluster.node("one", office).await;
        until("the first matches", || async { (standing(&one).await.1 == "here").then_some(()) }).await;
        let two = cluster.node("two", Office::new()).await;
        until("the second knows who matches", || async { (standing(&two).await.1 == "there").then_some(()) }).await;
        // Rooms live at no node before that.
        let admin = one.http().as_demo_admin().await;
        until("the first knows that the second is up", || async {
            let answer = admin.read("/api/v1/nodes").await;
            let up = |item: &&Value| item["state"] == "UP";
            (answer["items"].as_array()?.iter().filter(up).count() == 2).then_some(())
        })
        .await;
        (one, two)
    }
}

/// What `/readyz` says of a node among others, and of who matches.
pub async fn standing(server: &Server) -> (String, String) {
    let ready = server.http().get("/readyz").await.expect("an answer").json();
    let word = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
    (word("cluster"), word("matchmaker"))
}

/// What its node says of all nodes.
pub async fn nodes(server: &Server) -> Vec<Value> {
    let answer = server.http().as_demo_admin().await.read("/api/v1/nodes").await;
    answer["items"].as_array().expect("a list").clone()
}
