import { expect, test } from 'vitest';
import { createKnownNames } from '../../../src/orchestrator/process/known-names.ts';

test('before the first list nothing is known to be missing', () => {
  const names = createKnownNames([]);
  expect(names.isUnknown('session:a')).toBe(false);

  names.noteList([]);
  expect(names.isUnknown('session:a')).toBe(true);
});

test('what was in a list or was started may be there until it was removed', () => {
  const names = createKnownNames([]);
  names.noteList([{ name: 'session:a' }]);
  names.noteStart('session:b');
  expect(['session:a', 'session:b', 'session:c'].map(names.isUnknown)).toEqual([false, false, true]);

  names.noteRemoval('session:a');
  names.noteRemoval('session:b');
  expect(['session:a', 'session:b'].map(names.isUnknown)).toEqual([true, true]);
});

test('a start during a list that does not have it yet is not forgotten with its answer', () => {
  const names = createKnownNames([]);
  names.noteList([]);
  names.noteStart('session:a');
  names.noteList([]);

  expect(names.isUnknown('session:a')).toBe(false);
});

test('what others start, too, is asked for every time', () => {
  const names = createKnownNames(['zap-fleet-master']);
  names.noteList([]);
  names.noteRemoval('zap-fleet-master');

  expect(names.isUnknown('zap-fleet-master')).toBe(false);
});
