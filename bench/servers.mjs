// Whom the benchmarks are about: how each is built, started on a core of its own, and watched.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const peers = join(root, "bench", "peers");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
/** The server's core, and the load's. */
export const [SERVER_CORE, LOAD_CORE] = ["0", "1"];
/** `/proc` counts processor time in these. */
const TICK_US = 10_000;
/** As many sockets as the system lets it have; the bare relays do not see to that themselves. */
const UNLEASH = ["sh", "-c", 'ulimit -n "$(ulimit -H -n)" || true; exec "$0" "$@"'];

/** Limits that keep one person from being many stand in the way of one tool being many people. */
export const LIMITS = [
  "--sockets-per-address-max",
  "--messages-per-10s-max",
  "--requests-per-10s-max",
  "--asks-per-min-max",
  "--waiting-per-address-max",
];

const ours = (name, label, store) => ({ name, label, peer: "anteroom", store });
/** Our own of another commit, to be compared with: the path of its program. It brings its own load, as
    accounts are put into its database. */
const BEFORE = process.env.BENCH_BEFORE;
const before = (store) => ({ ...ours("before", `Anteroom before, ${store}`, store), program: BEFORE });
const rust = (name, label) => ({ name, label, peer: "plain", crate: name });
const node = (name, label, peer) => ({ name, label, peer, folder: join(peers, name) });

/** All of them, the floor first. */
export const contenders = [
  rust("tokio-relay", "bare tokio relay"),
  rust("actix-relay", "bare actix relay"),
  node("ws", "ws", "plain"),
  node("socket-io", "socket.io, three arrays", "socketio"),
  node("colyseus", "Colyseus", "colyseus"),
  ours("anteroom-memory", "Anteroom, database in memory", "/dev/shm"),
  ours("anteroom", "Anteroom, committed to disk", target),
  ...(BEFORE ? [before(process.env.BENCH_BEFORE_STORE ?? "/dev/shm")] : []),
];

export const program = (name) => join(target, "release", name);
const anteroom = (contender) => contender.program ?? program("anteroom");
/** Whether this program has such an option: an older one lacks some. */
const has = (contender, option) => spawnSync(anteroom(contender), ["serve", "--help"], { encoding: "utf8" }).stdout.includes(option);

function must(command, args, options = {}) {
  const done = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], cwd: root, ...options });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}

/** Builds what these need. */
export function build(chosen) {
  const how = ["--release", "--locked"];
  must("cargo", ["build", ...how, "--features", "peers"]);
  for (const { crate, folder } of chosen) {
    const manifest = crate && join(peers, crate, "Cargo.toml");
    if (crate) must("cargo", ["build", ...how, "--manifest-path", manifest, "--target-dir", target]);
    if (folder && !existsSync(join(folder, "node_modules"))) must("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
  }
}

/** Starts one, and resolves once it listens. */
export async function start(contender) {
  let folder;
  let command = contender.crate ? [program(contender.crate)] : [process.execPath, "server.mjs"];
  if (contender.store) {
    mkdirSync(contender.store, { recursive: true });
    folder = mkdtempSync(join(contender.store, "anteroom-bench-"));
    command = [anteroom(contender), "serve", "--listen", "127.0.0.1:0", "--data-dir", folder];
    command.push(...LIMITS.filter((limit) => has(contender, limit)).flatMap((limit) => [limit, "1000000"]));
  }
  const env = { ...process.env, PORT: "0", NODE_ENV: "production", RUST_LOG: "warn" };
  const args = ["-c", SERVER_CORE, ...UNLEASH, ...command];
  const child = spawn("taskset", args, { cwd: contender.folder ?? root, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`${contender.name} ended with ${code} before it listened`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("listening on ")) resolve(line.slice("listening on ".length));
    });
  });
  return {
    url,
    folder,
    used: () => used(child.pid),
    async stop() {
      child.kill("SIGKILL");
      await ended;
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Processor time so far in microseconds, and resident memory in KiB. */
export function used(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const resident = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+)/m);
  return { cpu_us: (Number(fields[11]) + Number(fields[12])) * TICK_US, resident_kib: Number(resident[1]) };
}

/** Lets the load loose on a running server; its report, and what the server used meanwhile. */
export async function load(contender, server, options, patience_s) {
  const file = join(target, `bench-${process.pid}.json`);
  const where = ["--peer", contender.peer, "--target", server.url, ...(server.folder ? ["--data-dir", server.folder] : [])];
  const args = ["-c", LOAD_CORE, anteroom(contender), "load", ...where, ...options.map(String), "--json", file];
  rmSync(file, { force: true });
  const before = server.used();
  let most = before;
  const child = spawn("taskset", args, { stdio: ["ignore", "ignore", "pipe"] });
  const watch = setInterval(() => {
    const now = server.used();
    most = { ...now, resident_kib: Math.max(now.resident_kib, most.resident_kib) };
  }, 200);
  const killer = setTimeout(() => child.kill("SIGKILL"), patience_s * 1000);
  let said = "";
  child.stderr.on("data", (data) => (said += data));
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  clearTimeout(killer);
  if (!existsSync(file)) throw new Error(said.trim() || `the load did not end within ${patience_s} s`);
  const report = JSON.parse(readFileSync(file, "utf8"));
  rmSync(file);
  return { report, cpu_us: most.cpu_us - before.cpu_us, resident_kib: most.resident_kib };
}
