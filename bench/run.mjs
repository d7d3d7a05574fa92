// `make bench`: every case with every contender, in turns, and what came of it in docs/BENCHMARKS.md.
//
//   BENCH=short        three quick runs of us and of the bare actix relay (`make guard`); exit code 1
//                      if the ratio is out of all proportion. Takes the debug build, so it may stand
//                      beside tests.
//   BENCH_CASES=a,b    only these of: match, relay, growth, idle
//   BENCH_PEERS=a,b    only these contenders
//   BENCH_ROUNDS=5     so often
//   BENCH_RUNGS=3      only so many rungs of each ladder
import { cpus, loadavg } from "node:os";
import * as cases from "./cases.mjs";
import { build, contenders, load, start } from "./servers.mjs";
import { conditions, write } from "./tables.mjs";

const PATIENCE_S = 120;
const chosen = (name, all) => {
  const wanted = process.env[name]?.split(",");
  const unknown = wanted?.filter((one) => !all.some((other) => other.name === one)) ?? [];
  if (unknown.length > 0) throw new Error(`${name}: there is no ${unknown.join(" or ")}; there is ${all.map((one) => one.name).join(", ")}`);
  return wanted ? all.filter((one) => wanted.includes(one.name)) : all;
};

/** One run on a fresh server. */
async function once(one, contender, rung, profile) {
  const server = await start(contender, profile);
  try {
    const run = await load(contender, server, profile, one.options(rung), one.seconds + PATIENCE_S);
    return one.read(run, rung);
  } finally {
    await server.stop();
  }
}

/** A case: rung by rung, round by round, everybody in turn. Who no longer keeps up goes no higher. */
async function climb(one, who, rounds, rungs) {
  const results = Object.fromEntries(who.map(({ name }) => [name, {}]));
  const failed = Object.fromEntries(who.map(({ name }) => [name, 0]));
  let up = who;
  for (const rung of one.rungs.slice(0, rungs)) {
    for (let round = 0; round < rounds; round++) {
      for (const contender of up) {
        const ladder = results[contender.name];
        try {
          const result = await once(one, contender, rung, "release");
          (ladder[rung] ??= { rounds: [] }).rounds.push(result);
          console.log(one.name, rung, contender.name, JSON.stringify(result));
        } catch (error) {
          failed[contender.name] += 1;
          console.log(one.name, rung, contender.name, "failed:", error.message);
        }
      }
    }
    const keeps = ({ name }) => {
      const done = results[name][rung]?.rounds ?? [];
      return done.length > rounds / 2 && done.filter((result) => one.keepsUp(result, rung)).length > rounds / 2;
    };
    up = up.filter(keeps);
  }
  return { results, failed };
}

async function all() {
  const who = chosen("BENCH_PEERS", contenders);
  const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
  build(who, "release");
  for (const one of chosen("BENCH_CASES", cases.all)) {
    const before = loadavg()[0].toFixed(1);
    const climbed = await climb(one, who, rounds, Number(process.env.BENCH_RUNGS ?? one.rungs.length));
    write({ [one.name]: { conditions: conditions(rounds, "release", [before, loadavg()[0].toFixed(1)]), ...climbed } });
  }
}

/** Our relay of a few rooms against the bare actix relay's, by ratio. */
const GUARD = { ...cases.relay, seconds: 12, options: () => ["--counsellors", 10, "--desks-per-s", 10, "--duration-s", 4, "--talk-s", 2, "--messages", 8] };
/** Far above what is measured on a machine with other work on it; what exceeds it has become something else. */
const RATIO_MAX = 40;

async function guard() {
  const who = contenders.filter(({ name }) => name === "actix-relay" || name === "anteroom-memory");
  build(who, "debug");
  const took = Object.fromEntries(who.map(({ name }) => [name, []]));
  for (let round = 0; round < 3; round++) {
    for (const contender of who) {
      const result = await once(GUARD, contender, 0, "debug");
      if (result.wrong.matches + result.wrong.lost + result.wrong.reordered > 0) throw new Error(`${contender.name}: ${JSON.stringify(result.wrong)}`);
      took[contender.name].push(result.p50_us);
    }
  }
  const ratio = cases.median(took["anteroom-memory"]) / cases.median(took["actix-relay"]);
  console.log(`relay p50 in µs: ${JSON.stringify(took)}; ours is ${ratio.toFixed(1)} times the bare relay's, at most ${RATIO_MAX} is fine`);
  if (ratio > RATIO_MAX) throw new Error("our relay has become much slower beside a bare one; `make bench` says by how much");
}

try {
  if (cpus().length < 2) throw new Error("two cores are needed, one for the server and one for the load");
  await (process.env.BENCH === "short" ? guard() : all());
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
