import type { LogIn, Server } from './server';

/** Somebody of the staff who works through the API, for what a test needs to be so and is not about. */
export class Api {
  private constructor(
    private readonly origin: string,
    private readonly cookie: string,
  ) {}

  static async as({ url }: Server, who: LogIn): Promise<Api> {
    const headers = { 'content-type': 'application/json', origin: url };
    const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body: JSON.stringify(who) });
    const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0];
    if (!answer.ok || !cookie) throw new Error(`${who.login} was not let in: ${answer.status} ${await answer.text()}`);
    return new Api(url, cookie);
  }

  /** What the server answers; a refusal fails the test. */
  async call<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = { origin: this.origin, cookie: this.cookie };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await fetch(`${this.origin}/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }

  /** Changes settings of every line of a topic. */
  async setLine(topic: string, change: Record<string, unknown>): Promise<void> {
    for (const { id, version } of await this.linesOf(topic)) await this.call('PATCH', `/lines/${id}`, { version, ...change });
  }

  /** Deletes every line of a topic. */
  async removeLine(topic: string): Promise<void> {
    for (const { id, version } of await this.linesOf(topic)) await this.call('DELETE', `/lines/${id}`, { version });
  }

  private async linesOf(topic: string): Promise<Array<{ id: string; version: number }>> {
    const { items } = await this.call<{ items: Array<{ id: string; topic: string; version: number }> }>('GET', '/lines?all=true');
    return items.filter((each) => each.topic === topic);
  }
}
