import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';

interface Content {
  readonly schema?: object;
  readonly example?: unknown;
}
interface Operation {
  readonly requestBody?: { readonly content: Record<string, Content> };
  readonly responses: Record<string, { readonly content?: Record<string, Content> }>;
}
interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: object;
}

/** The server's own description of its API, as it is committed; a test of the server keeps it in step with the code. */
const description = JSON.parse(readFileSync('../docs/openapi.json', 'utf8')) as Description;

// The description has formats and words of its own (`int32`, `example`), which decide nothing.
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(description, 'api');

/** A place in the description, as a reference names it. */
const place = (...steps: string[]) => `api#/${steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

const bodies = Object.entries(description.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, { requestBody, responses }]) => {
    const at = ['paths', path, method];
    const contents = (content: Record<string, Content> | undefined, ...below: string[]) =>
      Object.entries(content ?? {})
        .filter(([kind]) => kind.endsWith('json'))
        .map(([kind, { example }]) => ({
          what: [method, path, ...below, kind].join(' '),
          schema: place(...at, ...below, 'content', kind, 'schema'),
          example,
        }));
    return [
      ...contents(requestBody?.content, 'requestBody'),
      ...Object.entries(responses).flatMap(([status, { content }]) => contents(content, 'responses', status)),
    ];
  }),
);

test('there are bodies and answers to look at', () => {
  expect(bodies.length).toBeGreaterThan(100);
});

test.each(bodies)('the example of $what fits its schema', ({ schema, example }) => {
  const fits = ajv.compile({ $ref: schema });
  fits(example);
  expect(fits.errors ?? []).toEqual([]);
});
