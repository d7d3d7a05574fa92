// What several nodes cost and gain beside one: matches and messages of the same day, with the desks at one node and
// the counsellors at another, by PostgreSQL and by Redis, all in one run. Prints a table; the figures in
// docs/BENCHMARKS.md are of such runs.
//
//   BENCH_POSTGRES=postgres://USER@HOST:PORT/NAME   a PostgreSQL; databases of their own are made and dropped there
//   BENCH_REDIS=redis://HOST:PORT                   a Redis; without it what needs one is left out
//   BENCH_ROUNDS=3      so often
//   BENCH_RATE=50       desks a second
//   BENCH_CASES=a,b     only these of: off, of-one, two, two-redis, three, three-redis
//   BENCH_BEFORE=file   the program of another commit takes part as `before`, alone
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { median } from "./cases.mjs";
import { LIMITS, LOAD_CORE, SERVER_CORE, program, used } from "./servers.mjs";

const POSTGRES = process.env.BENCH_POSTGRES;
const REDIS = process.env.BENCH_REDIS;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const RATE = Number(process.env.BENCH_RATE ?? 50);
const SECONDS = 10;
const TALK_S = 4;
const MESSAGES = 4;

/** Which nodes there are: the first matches, the counsellors are at `counsellors`, the desks at `desks`. */
const CASES = [
  { name: "off", label: "one, `--cluster off`", nodes: 1, counsellors: 0, desks: 0, alone: true },
  { name: "before", label: "one, before", nodes: 1, counsellors: 0, desks: 0, alone: true, of: process.env.BENCH_BEFORE },
  { name: "of-one", label: "one of a cluster of one", nodes: 1, counsellors: 0, desks: 0 },
  { name: "two", label: "two, PostgreSQL", nodes: 2, counsellors: 0, desks: 1 },
  { name: "two-redis", label: "two, Redis", nodes: 2, counsellors: 0, desks: 1, redis: true },
  { name: "three", label: "three, PostgreSQL", nodes: 3, counsellors: 1, desks: 2 },
  { name: "three-redis", label: "three, Redis", nodes: 3, counsellors: 1, desks: 2, redis: true },
];

function sql(url, statement) {
  const done = spawnSync("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`psql: ${done.stderr.trim()}`);
}

/** A node, once it listens. */
async function start(one, url, name) {
  const cluster = one.alone ? [] : ["--cluster", "on", "--node-name", name, ...(one.redis ? ["--redis-url", REDIS] : [])];
  const folder = mkdtempSync(join(tmpdir(), "anteroom-bench-"));
  const args = ["-c", SERVER_CORE, one.of ?? program("anteroom"), "serve", "--listen", "127.0.0.1:0", "--data-dir", folder];
  args.push("--database-url", url, ...cluster, ...LIMITS.flatMap((limit) => [limit, "1000000"]));
  const child = spawn("taskset", args, { env: { ...process.env, RUST_LOG: "warn" }, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const origin = await new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`${name} ended with ${code} before it listened`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("listening on ")) resolve(line.slice("listening on ".length));
    });
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin, stop, used: () => used(child.pid).cpu_us };
}

/** Asks until it is so. */
async function until(what, ask) {
  for (let tries = 0; tries < 600; tries++) {
    if (await ask()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`in vain: ${what}`);
}

async function once(one, round) {
  const name = `bench_${process.pid}_${one.name.replace("-", "_")}_${round}`;
  sql(POSTGRES, `CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(POSTGRES), { pathname: `/${name}` }).href;
  const nodes = [];
  try {
    for (let n = 0; n < one.nodes; n++) {
      nodes.push(await start(one, url, `n${n}`));
      const standing = async () => (await fetch(`${nodes[n].origin}/readyz`)).json();
      const wanted = n === 0 ? "here" : "there";
      await until(`n${n} knows who matches`, async () => (await standing()).matchmaker === wanted);
    }
    const file = join(tmpdir(), `${name}.json`);
    const before = nodes.map((node) => node.used());
    const day = ["--counsellors", 60, "--capacity", 10, "--desks-per-s", RATE, "--duration-s", SECONDS];
    day.push("--talk-s", TALK_S, "--messages", MESSAGES, "--seed", round + 1, "--json", file, "--database-url", url);
    const at = ["--target", nodes[one.counsellors].origin, ...(one.desks === one.counsellors ? [] : ["--desks-target", nodes[one.desks].origin])];
    const args = ["-c", LOAD_CORE, one.of ?? program("anteroom"), "load", ...at, ...day.map(String)];
    const child = spawn("taskset", args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    const code = await new Promise((resolve) => child.once("close", resolve));
    const cpu_us = nodes.reduce((sum, node, n) => sum + node.used() - before[n], 0);
    if (code !== 0) throw new Error(said.trim().split("\n").slice(-3).join(" / ") || `the load ended with ${code}`);
    const { measures } = JSON.parse(readFileSync(file, "utf8"));
    rmSync(file);
    const { match, relay } = measures;
    const result = { match_p50: match.p50_us, match_p99: match.p99_us, relay_p50: relay.p50_us, relay_p99: relay.p99_us };
    return { ...result, cpu_ms: cpu_us / match.count / 1000 };
  } finally {
    for (const node of nodes) await node.stop();
    sql(POSTGRES, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** Median, and from least to most. */
function spread(values, unit) {
  const show = (value) => (value / unit).toFixed(2);
  return `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
}

async function all() {
  if (!POSTGRES) throw new Error("BENCH_POSTGRES names no PostgreSQL");
  const wanted = process.env.BENCH_CASES?.split(",");
  const there = CASES.filter((one) => (one.redis ? REDIS : true) && (one.name === "before" ? one.of : true));
  const chosen = there.filter((one) => wanted?.includes(one.name) ?? true);
  const results = Object.fromEntries(chosen.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    // In turns, and in the other order every other round.
    for (const one of round % 2 ? [...chosen].reverse() : chosen) {
      const result = await once(one, round);
      results[one.name].push(result);
      console.error(one.name, JSON.stringify(result));
    }
  }
  console.log(`${RATE} desks a second, ${2 * MESSAGES} messages a talk; ${ROUNDS} rounds: median (least–most)\n`);
  console.log("| nodes | match p50, ms | match p99, ms | message p50, ms | message p99, ms | processor a talk, ms |\n|---|---|---|---|---|---|");
  for (const one of chosen) {
    const of = (key, unit) => spread(results[one.name].map((result) => result[key]), unit);
    console.log(`| ${one.label} | ${of("match_p50", 1000)} | ${of("match_p99", 1000)} | ${of("relay_p50", 1000)} | ${of("relay_p99", 1000)} | ${of("cpu_ms", 1)} |`);
  }
}

try {
  await all();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
