// Counselling as Colyseus has it: a counsellor makes a room of so many places, its matchmaker finds
// a desk a room with a place left. There is no line: a desk that finds none is refused and tries
// again. It stores nothing and acknowledges nothing.
import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";

class Counter extends Room {
  /** By a desk's session, whether it was accepted: each desk is a talk of its own. */
  talks = new Map();

  messages = {
    open: (client) => {
      client.send("state", { intent: "OPEN" });
    },
    request: (client) => {
      this.talks.set(client.sessionId, false);
      client.send("waiting", { ticket: client.sessionId });
      this.counsellor.send("offer", { offer: client.sessionId });
    },
    accept: (client, { offer }) => {
      if (client !== this.counsellor || !this.talks.has(offer)) return;
      this.talks.set(offer, true);
      const matched = { room: offer, ticket: offer };
      this.clients.getById(offer).send("matched", matched);
      client.send("matched", matched);
    },
    say: (client, { room, client_id, body }) => {
      const to = client === this.counsellor ? this.clients.getById(room) : this.counsellor;
      if (this.talks.get(room)) to?.send("message", { room, client_id, body });
    },
    end: (_client, { room }) => {
      if (!this.talks.delete(room)) return;
      this.clients.getById(room)?.send("ended", { room });
      this.counsellor.send("ended", { room });
    },
  };

  onCreate({ capacity }) {
    this.maxClients = capacity + 1;
    // Nothing here is synchronised state.
    this.patchRate = null;
  }

  onJoin(client) {
    this.counsellor ??= client;
  }

  onLeave(client) {
    if (client === this.counsellor) return this.disconnect();
    if (this.talks.delete(client.sessionId)) {
      this.counsellor.send("ended", { room: client.sessionId, reason: "GONE" });
    }
  }
}

const server = new Server({ greet: false, transport: new WebSocketTransport() });
server.define("counter", Counter);
await server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", 4096);
console.log(`listening on http://127.0.0.1:${server.transport.server.address().port}`);
