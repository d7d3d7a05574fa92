//! A release holds the built pages, so it is built again when they change. Other builds read them
//! from `web/dist` at run time. The code knows by `cfg(release)` whether it is built as one.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // By this number what was parted from the program (`make ship`) is found again. Not every linker's habit.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-bins=-Wl,--build-id=sha1");
    }
    println!("cargo:rustc-check-cfg=cfg(release)");
    // So are the profiles that inherit from it.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rustc-cfg=release");
        println!("cargo:rerun-if-changed=web/dist");
    }
}
