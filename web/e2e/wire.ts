import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The network between one person and the server: it can be cut and restored. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
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

  restore(): void {
    this.isCut = false;
  }

  async remove(): Promise<void> {
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
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
