//! A release holds the built pages, so it is built again when they change. Other builds read them
//! from `web/dist` at run time.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed=web/dist");
    }
}
