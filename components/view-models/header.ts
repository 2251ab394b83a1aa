import type { Light, SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { meter } from '../paint/charts/meter.ts';
import { age, dollars, gigas, percent } from '../paint/format.ts';
import { type Line, layout, type Placed, place, placeLine, rightOf, textWidth } from '../paint/line.ts';
import { badge, countGroups, fleetLeft, fleetWaiting } from './badge.ts';
import { bannerLines } from './banners.ts';
import { isPhone } from './columns.ts';
import { lastColumn, type View } from './view.ts';

/** The top of the fleet screens: who we are, who needs a person, what the machine has left; banners take the last line's place. */

const wideFrom = 110;
export const isWide = (view: View): boolean => view.columns >= wideFrom;

const lightWord = (view: View, name: string, light: Light): string => {
  const { header } = view.t;
  return `${name} ${light.status === 'ok' ? header.ok : light.status === 'off' ? header.off : header.bad}`;
};

const lights = (view: View): string => {
  const { header } = view.t;
  const { health } = view.snapshot.fleet;
  const lost = view.lostSince !== null;
  const shown = [`${header.master} ${lost ? header.bad : header.ok}`, lightWord(view, header.store, health.store)];
  if (isWide(view) && health.replica !== null)
    shown.push(`${header.replica} ${health.replica.status === 'ok' ? header.ok : header.bad}`);
  shown.push(lightWord(view, header.ai, health.ai));
  if (isWide(view)) shown.push(lightWord(view, header.alerts, health.alerts));
  return shown.join('  ');
};

const nameLine = (view: View): Line => {
  const { fleet } = view.snapshot;
  const wide = isWide(view);
  const version = wide ? ` ${plainText(fleet.version)}` : '';
  const demo = fleet.demo ? `  ${view.t.header.demo}` : '';
  const clock = wide
    ? `   ${view.calendar.weekday(view.now)} ${view.calendar.time(view.now)}`
    : `  ${view.calendar.time(view.now)}`;
  const right = `${lights(view)}${clock}`;
  const start = lastColumn(view) + 1 - textWidth(right);
  const name = `zap-fleet${version}`;
  const host = place(1 + name.length + demo.length + 2, plainText(fleet.host));
  const pieces: Placed[] = [place(1, name)];
  if (fleet.demo) pieces.push({ column: 1 + name.length + 2, text: view.t.header.demo, tone: 'p:off' });
  if (start < host.column + 4)
    return layout([...pieces, rightOf(view.calendar.time(view.now), lastColumn(view))], view.columns - 1);
  return layout(
    [...pieces, { ...host, width: start - host.column - 2 }, rightOf(right, lastColumn(view))],
    view.columns - 1,
  );
};

/** Whoever writes to it gets nothing now, and counts as waiting only when that has taken too long: until then nobody can say. */
const refusesSome = ({ verdict }: SessionRow): boolean => verdict === 'not_replying' || verdict === 'restricted';

/** Who waits and who was left, in as few words as the window has room for; that nobody waits is said only when nobody does in any way. */
const waitingWords = (view: View): string => {
  const { t, snapshot, now } = view;
  const { chats, estimated, oldestSince } = fleetWaiting(snapshot.sessions);
  const { silent, silentSince, asking, drafts } = fleetLeft(snapshot.sessions);
  const wide = isWide(view);
  const oldest = age(now - (oldestSince ?? now));
  if (chats > 0 && silent > 0) return t.header.waitingAndSilent(estimated, chats, oldest, silent);
  if (chats > 0) return (wide ? t.header.waiting : t.header.waitingShort)(estimated, chats, oldest);
  if (silent > 0) return (wide ? t.header.silent : t.header.silentShort)(silent, age(now - (silentSince ?? now)));
  if (asking > 0) return t.detail.asksForPerson(asking);
  if (drafts > 0) return t.detail.drafts(drafts);
  return wide && snapshot.sessions.length > 0 && !snapshot.sessions.some(refusesSome) ? t.header.nobodyWaits : '';
};

/** On a phone: numbers alone. */
const waitingNumbers = (view: View): string => {
  const { snapshot, now } = view;
  const { chats, estimated, oldestSince } = fleetWaiting(snapshot.sessions);
  const { silent, silentSince } = fleetLeft(snapshot.sessions);
  const waits = chats === 0 ? [] : [`${estimated ? '~' : ''}${chats} ${age(now - (oldestSince ?? now))}`];
  const left = silent === 0 ? [] : [`!${silent}${chats === 0 ? ` ${age(now - (silentSince ?? now))}` : ''}`];
  return [...waits, ...left].join(' ');
};

const badgeLine = (view: View, marked: number): Line => {
  const { t, snapshot } = view;
  const counts = countGroups(snapshot.sessions);
  const { badge: mark, rest } = badge(view, counts);
  const wide = isWide(view);
  const { messagesPerMinute: perMinute } = snapshot.fleet;
  const waiting = waitingWords(view);
  const flow = wide ? `    ${t.header.perMinute(perMinute.in, perMinute.out)}` : '';
  const words = marked > 0 ? [t.count.marked(marked), ...rest] : rest;
  const left = words.map((word) => `  ${word}`).join('');
  const badgeEnd = 1 + textWidth(mark.text);
  const right = `${waiting}${flow}`;
  const room = lastColumn(view) + 1 - textWidth(right);
  const pieces: Placed[] = [{ column: 1, text: mark.text, tone: mark.tone }];
  if (isPhone(view.columns)) {
    pieces.push(rightOf(`${waitingNumbers(view)}  ${view.calendar.time(view.now)}`.trim(), lastColumn(view)));
    return layout(pieces, view.columns - 1);
  }
  pieces.push({ column: badgeEnd, text: left, width: Math.max(0, room - badgeEnd - 1) });
  if (right !== '') pieces.push(rightOf(right, lastColumn(view)));
  return layout(pieces, view.columns - 1);
};

const machineLine = (view: View): Line => {
  const { t, snapshot } = view;
  const { machine, aiToday } = snapshot.fleet;
  const wide = isWide(view);
  if (machine === null) return layout([place(1, t.header.measuring, 'muted')], view.columns - 1);
  const budget = aiToday.budgetUsd === null ? null : dollars(aiToday.budgetUsd);
  const cost = dollars(aiToday.costUsd);
  const mem = (wide ? t.header.mem : t.header.memShort)(gigas(machine.memoryUsed), gigas(machine.memoryTotal));
  const barWidth = wide ? 20 : 10;
  const barAt = 1 + textWidth(mem) + 1;
  const room = machine.roomFor === null ? '' : (wide ? t.header.room : t.header.roomShort)(machine.roomFor);
  const disk = percent(machine.diskUsed, machine.diskTotal);
  const diskText =
    wide && machine.diskFullInDays !== null ? t.header.diskFull(disk, machine.diskFullInDays) : t.header.disk(disk);
  const roomAt = barAt + barWidth + 1;
  const cpu = t.header.cpu(Math.round(machine.cpuPercent));
  return layout(
    [
      place(1, mem),
      ...placeLine(barAt, meter(machine.memoryUsed / machine.memoryTotal, barWidth)),
      place(roomAt, room),
      place(Math.max(wide ? 57 : 38, roomAt + textWidth(room) + 2), cpu),
      place(wide ? 71 : 54, diskText),
      rightOf(wide ? t.header.aiToday(cost, budget) : t.header.aiTodayShort(cost, budget), lastColumn(view)),
    ],
    view.columns - 1,
  );
};

/** Two lines and the machine's (or the banners); on a phone the badge alone. */
export const headerLines = (view: View, marked = 0): readonly Line[] => {
  if (isPhone(view.columns)) return [badgeLine(view, marked)];
  const banners = bannerLines(view);
  const top = [nameLine(view), badgeLine(view, marked)];
  if (banners.length > 0) return [...top, ...banners];
  return view.rows < 16 ? top : [...top, machineLine(view)];
};

/** The head of every other screen: where we are, and on the right what it is about and the clock. */
export const pathLine = (view: View, path: string, right: Placed | null = null): Line => {
  const clock = view.calendar.time(view.now);
  const edge = lastColumn(view);
  const clockAt = edge + 1 - clock.length;
  const pieces: Placed[] = [];
  if (right !== null) {
    const end = clockAt - 3;
    const start = end - textWidth(right.text);
    pieces.push({ column: 1, text: path, width: Math.max(0, start - 2) });
    pieces.push({ ...right, column: start });
  } else pieces.push({ column: 1, text: path, width: Math.max(0, clockAt - 3) });
  pieces.push(place(clockAt, clock));
  return layout(pieces, view.columns - 1);
};

export const leadTitle = (view: View): string =>
  view.t.header.title(countGroups(view.snapshot.sessions).needs_you, plainText(view.snapshot.fleet.host));
