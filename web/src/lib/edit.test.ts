import { expect, test } from 'vitest';

import { ApiError } from './api';
import { changes, Edit } from './edit';

interface Thing {
  version: number;
  name: string;
  memo: string;
}

/** A thing on file that refuses an edit of another version than its own. */
function onFile(thing: Thing) {
  const sent: unknown[] = [];
  const edit = new Edit<Thing, { name: string; memo: string }>(
    { ...thing },
    {
      valuesOf: ({ name, memo }) => ({ name, memo }),
      save(values, version) {
        sent.push(values);
        if (version !== thing.version) return Promise.reject(new ApiError({ status: 409, code: 'EDITED' }, null));
        Object.assign(thing, values, { version: version + 1 });
        return Promise.resolve();
      },
      read: () => Promise.resolve({ ...thing }),
      saved: () => undefined,
    },
  );
  return { edit, sent };
}

test('only what was changed is sent, and it is said to be saved until something else is typed', async () => {
  const { edit, sent } = onFile({ version: 1, name: 'a', memo: 'm' });
  edit.form.type({ memo: 'new' });
  expect(await edit.save()).toBe(true);
  expect(sent).toEqual([{ memo: 'new' }]);
  expect(edit.isSaved).toBe(true);
  edit.form.type({ memo: 'newer' });
  expect(edit.isSaved).toBe(false);
  expect(await edit.save()).toBe(true);
});

test('who comes second sees what the first saved, keeps what they typed, and may save it over', async () => {
  const thing = { version: 1, name: 'a', memo: 'm' };
  const { edit } = onFile(thing);
  Object.assign(thing, { memo: 'theirs', version: 2 });
  edit.form.type({ memo: 'mine' });
  expect(await edit.save()).toBe(false);
  expect(edit.theirs.value).toEqual({ name: 'a', memo: 'theirs' });
  expect(edit.form.state.value.typed.memo).toBe('mine');
  expect(await edit.save()).toBe(true);
  expect(thing).toEqual({ version: 3, name: 'a', memo: 'mine' });
  expect(edit.theirs.value).toBeNull();
});

test('who comes second may take what the first saved', async () => {
  const thing = { version: 1, name: 'a', memo: 'm' };
  const { edit } = onFile(thing);
  Object.assign(thing, { memo: 'theirs', version: 2 });
  edit.form.type({ memo: 'mine' });
  await edit.save();
  edit.takeTheirs();
  expect(edit.form.state.value).toMatchObject({ typed: { memo: 'theirs' }, trouble: null });
  expect(edit.theirs.value).toBeNull();
});

test('a change by another way is followed where nothing was typed', () => {
  const { edit } = onFile({ version: 1, name: 'a', memo: 'm' });
  edit.form.type({ memo: 'mine' });
  edit.follow({ version: 2, name: 'b', memo: 'theirs' });
  expect(edit.form.state.value.typed).toEqual({ name: 'b', memo: 'mine' });
});

test('lists are compared by what is in them', () => {
  expect(changes({ lines: [{ line: 'a', tier: 0 }] }, { lines: [{ line: 'a', tier: 0 }] })).toEqual({});
  expect(changes({ lines: [{ line: 'a', tier: 0 }] }, { lines: [] })).toEqual({ lines: [] });
});
