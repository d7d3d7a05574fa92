// The usual counselling server on socket.io: three arrays, one of the staff, one of the desks that
// wait and one of who is matched with whom. It stores nothing and acknowledges nothing.
import { createServer } from "node:http";
import { Server } from "socket.io";

let staff = []; // { socket, capacity }
let desks = []; // { socket, ticket }
let matching = []; // { room, desk, staff, accepted }
let last = 0;

function match() {
  for (const one of staff) {
    while (desks.length > 0 && matching.filter((pair) => pair.staff === one.socket).length < one.capacity) {
      const desk = desks.shift();
      const room = String(++last);
      matching.push({ room, desk: desk.socket, staff: one.socket, accepted: false });
      one.socket.emit("offer", { offer: room });
    }
  }
}

function end(pair, reason) {
  matching = matching.filter((other) => other !== pair);
  io.to(pair.room).emit("ended", { room: pair.room, reason });
  if (!pair.accepted) pair.desk.emit("ended", { room: pair.room, reason });
  pair.desk.leave(pair.room);
  pair.staff.leave(pair.room);
}

const server = createServer();
const io = new Server(server, { serveClient: false, transports: ["websocket"] });

io.on("connection", (socket) => {
  socket.on("open", ({ capacity }) => {
    staff.push({ socket, capacity });
    socket.emit("state", { intent: "OPEN" });
    match();
  });

  socket.on("request", () => {
    const ticket = String(++last);
    desks.push({ socket, ticket });
    socket.emit("waiting", { ticket });
    match();
  });

  socket.on("accept", ({ offer }) => {
    const pair = matching.find((pair) => pair.room === offer && pair.staff === socket);
    if (!pair) return;
    pair.accepted = true;
    pair.desk.join(pair.room);
    pair.staff.join(pair.room);
    io.to(pair.room).emit("matched", { room: pair.room, ticket: pair.room });
  });

  socket.on("say", ({ room, client_id, body }) => {
    socket.to(room).emit("message", { room, client_id, body });
  });

  socket.on("end", ({ room }) => {
    const pair = matching.find((pair) => pair.room === room);
    if (!pair) return;
    end(pair);
    match();
  });

  socket.on("disconnect", () => {
    staff = staff.filter((one) => one.socket !== socket);
    desks = desks.filter((desk) => desk.socket !== socket);
    for (const pair of matching.filter((pair) => pair.desk === socket || pair.staff === socket)) end(pair, "GONE");
    match();
  });
});

server.listen({ port: Number(process.env.PORT ?? 0), host: "127.0.0.1", backlog: 4096 }, () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
