// A bare relay on `ws`: two queues and a map of rooms. It stores nothing, acknowledges nothing and
// believes everybody.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

let last = 0;
/** A counsellor is in here once for each desk they would take. */
let free = [];
let waiting = [];
/** A room is offered first, under the same number. */
const rooms = new Map();

const tell = (socket, frame) => {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
};

function pair() {
  while (waiting.length > 0 && free.length > 0) {
    const [desk, counsellor, room] = [waiting.shift(), free.shift(), String(++last)];
    rooms.set(room, { desk, counsellor });
    desk.rooms.add(room);
    counsellor.rooms.add(room);
    tell(counsellor, { type: "offer", offer: room });
  }
}

function end(room, reason) {
  const both = rooms.get(room);
  if (!both) return;
  rooms.delete(room);
  for (const socket of [both.desk, both.counsellor]) {
    socket.rooms.delete(room);
    tell(socket, { type: "ended", room, reason });
  }
  if (both.counsellor.readyState === both.counsellor.OPEN) {
    free.push(both.counsellor);
    pair();
  }
}

const does = {
  open(socket, { capacity }) {
    for (let nth = 0; nth < Math.min(capacity, 1000); nth++) free.push(socket);
    tell(socket, { type: "state", intent: "OPEN" });
    pair();
  },
  request(socket) {
    waiting.push(socket);
    tell(socket, { type: "waiting", ticket: String(++last) });
    pair();
  },
  accept(socket, { offer }) {
    const both = rooms.get(offer);
    if (both?.counsellor !== socket) return;
    tell(both.desk, { type: "matched", room: offer, ticket: offer });
    tell(both.counsellor, { type: "matched", room: offer, ticket: offer });
  },
  say(socket, frame) {
    const both = rooms.get(frame.room);
    if (both) tell(socket === both.desk ? both.counsellor : both.desk, { ...frame, type: "message" });
  },
  end(_socket, { room }) {
    end(room);
  },
};

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
  socket.rooms = new Set();
  socket.on("error", () => {});
  socket.on("message", (data) => {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return socket.close(1007);
    }
    if (Object.hasOwn(does, frame.type)) does[frame.type](socket, frame);
  });
  socket.on("close", () => {
    free = free.filter((one) => one !== socket);
    waiting = waiting.filter((one) => one !== socket);
    for (const room of socket.rooms) end(room, "GONE");
  });
});
server.listen({ port: Number(process.env.PORT ?? 0), host: "127.0.0.1", backlog: 4096 }, () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
