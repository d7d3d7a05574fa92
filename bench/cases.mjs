// What is measured. A case is a ladder: the same day with one number growing, and what is read from
// the load's report at each rung.

const MATCH = 1;
const RELAY = 2;

/** Of an odd or even number of values. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The seconds in which the population was what the rung says, less the first and last of them. */
function plateau(report, least) {
  const full = report.seconds.filter((second) => second.desks >= least);
  return full.length > 4 ? full.slice(1, -1) : full;
}

/** What went wrong, as the people saw it; of the first fifty breaches. */
function wrong(report) {
  const heard = report.ledger.heard ?? {};
  const matches = report.ledger.broken.filter(({ rule }) => rule === "I2").length;
  const others = report.ledger.broken.filter(({ rule }) => rule === "I4" || rule === "I5").length;
  const { lost = 0, late = 0, twice = 0, reordered = 0 } = heard;
  return { matches, lost, late, twice, reordered, others, unserved: report.counts.desks_came - report.counts.desks_served };
}

const latencies = ({ p50_us, p99_us, p999_us }) => ({ p50_us, p99_us, p999_us });

function matched({ report, cpu_us }, seconds) {
  const { count } = report.measures.match;
  return { ...latencies(report.measures.match), rate: count / seconds, cpu_us: cpu_us / count, wrong: wrong(report) };
}

const days = ({ counsellors, capacity, rate, seconds, talk, messages }) => [
  ...["--counsellors", counsellors, "--capacity", capacity, "--desks-per-s", rate],
  ...["--duration-s", seconds, "--talk-s", talk, "--messages", messages],
];

/** Desks a second that come, are matched and leave. */
const match = {
  name: "match",
  title: "Match: from the request to both sides told, with an offer accepted in between",
  x: "desks a second",
  unit: "match",
  rungs: [50, 400, 1600],
  options: (rate) => days({ counsellors: 100, capacity: 10, rate, seconds: 10, talk: 0, messages: 0 }),
  seconds: 10,
  read: (run) => matched(run, 10),
  keepsUp: (result, rate) => result.rate > rate * 0.85 && result.p99_us < 250_000,
};

/** Messages a second over a thousand rooms. */
const TALK_S = 10;
export const relay = {
  name: "relay",
  title: "Relay: from when a message was due to the other side having it, 1,000 rooms",
  x: "messages a second",
  unit: "message",
  rungs: [1000, 5000, 10000, 20000],
  options: (rate) => {
    const messages = Math.round((rate / 2 / 1000) * TALK_S);
    return days({ counsellors: 250, capacity: 5, rate: 1000 / TALK_S, seconds: 2 * TALK_S, talk: TALK_S, messages });
  },
  seconds: 35,
  read: ({ report, cpu_us }) => {
    const { count } = report.measures.relay;
    const rates = plateau(report, 900).map((second) => second.measures[RELAY].count);
    return { ...latencies(report.measures.relay), rate: rates.length ? median(rates) : 0, cpu_us: cpu_us / count, wrong: wrong(report) };
  },
  keepsUp: (result, rate) => result.rate > rate * 0.8 && result.p99_us < 250_000,
};

/** Open rooms, at a steady rate of matches and messages: the work for one must not grow with the others. */
const GROWTH_RATE = 200;
/** Of each side of a talk. */
const GROWTH_MESSAGES = 2;
const growth = {
  name: "growth",
  title: `Growth: a match at ${GROWTH_RATE} a second, with ${2 * GROWTH_RATE * GROWTH_MESSAGES} messages, while so many rooms are open`,
  x: "open rooms",
  unit: "match",
  rungs: [100, 1000, 10000],
  options: (rooms) => {
    const talk = rooms / GROWTH_RATE;
    const counsellors = Math.ceil((rooms * 1.2) / 5) + 10;
    return days({ counsellors, capacity: 5, rate: GROWTH_RATE, seconds: Math.ceil(talk * 1.2) + 8, talk, messages: GROWTH_MESSAGES });
  },
  seconds: 330,
  read: (run, rooms) => {
    const full = plateau(run.report, rooms * 0.8);
    const of = (measure, name) => (full.length ? median(full.map((second) => second.measures[measure][name])) : NaN);
    // There are too few in a second for a p99.9.
    const { cpu_us, wrong } = matched(run, 1);
    const told = { p50_us: of(MATCH, "p50_us"), p99_us: of(MATCH, "p99_us"), rate: of(MATCH, "count") };
    return { ...told, relay_p50_us: of(RELAY, "p50_us"), relay_p99_us: of(RELAY, "p99_us"), cpu_us, wrong };
  },
  keepsUp: (result) => result.p99_us < 250_000,
};

/** Every desk's socket is cut in one moment of a talk, and they come back within ten seconds. Of ours alone:
    with the others a talk ends with its socket. */
const storm = {
  name: "storm",
  title: "Storm: every desk cut off in one moment, all back within ten seconds; from the first packet of a desk that comes back to being told where it sits",
  x: "desks",
  unit: "message",
  oursAlone: true,
  rungs: [1000, 5000],
  options: (desks) => {
    const counsellors = Math.ceil((desks * 1.2) / 5) + 10;
    return [...days({ counsellors, capacity: 5, rate: desks / 20, seconds: 20, talk: 45, messages: 8 }), "--storm-at-s", 25];
  },
  seconds: 110,
  read: ({ report, cpu_us }) => {
    const { count } = report.measures.resume;
    return { ...latencies(report.measures.resume), rate: count, cpu_us: cpu_us / report.measures.relay.count, wrong: wrong(report) };
  },
  keepsUp: () => true,
};

/** Counsellors who have opened and to whom nothing happens. */
const idle = {
  name: "idle",
  title: "Memory: counsellors who are open and idle on one port",
  x: "idle sockets",
  rungs: [100, 1000, 10000],
  options: (counsellors) => days({ counsellors, capacity: 1, rate: 0.001, seconds: 3, talk: 0, messages: 0 }),
  seconds: 60,
  read: ({ resident_kib }) => ({ resident_kib }),
  keepsUp: () => true,
};

/** In this order. */
export const all = [match, relay, growth, storm, idle];
