import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The network between one person and the server: it can be cut or fall silent, and be restored. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private isSilent = false;
  /** Connections that something on the way has forgotten: nothing passes, and nobody is told. */
  private readonly forgotten = new Set<Socket>();
  private target = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async lay(): Promise<Wire> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const wire = new Wire(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => wire.carry(socket));
    return wire;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  lead(port: number): void {
    this.target = port;
  }

  /** Every connection breaks, and none is made until `restore`. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Nothing passes any more, either way, and nothing is closed: as when a computer sleeps, or a middlebox forgets. */
  fallSilent(): void {
    this.isSilent = true;
    for (const socket of this.sockets) this.forgotten.add(socket);
  }

  /** New connections are carried again; those that were lost stay so. */
  restore(): void {
    this.isCut = this.isSilent = false;
  }

  async remove(): Promise<void> {
    this.forgotten.clear();
    this.cut();
    const gone = once(this.server, 'close');
    this.server.close();
    await gone;
  }

  private carry(near: Socket): void {
    if (this.isCut || this.target === 0) {
      near.destroy();
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      if (this.isSilent) this.forgotten.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        // The other end is not told either.
        if (!this.forgotten.delete(socket)) other.destroy();
      });
      socket.on('data', (chunk) => {
        if (this.forgotten.has(socket) || other.destroyed || other.write(chunk)) return;
        socket.pause();
        other.once('drain', () => socket.resume());
      });
    }
  }
}
