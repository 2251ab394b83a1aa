import type { Incident, SessionRow } from '../../../src/protocol/fleet.ts';
import type { CanarySummary } from '../../../src/session/canary.ts';
import type { HookLine } from '../../../src/session/hook.ts';
import type { UsedFile } from '../../../src/session/knowledge.ts';
import type { Lesson } from '../../../src/session/lesson.ts';
import type { Proposal } from '../../../src/session/proposal.ts';
import type { ChatMessage, ChatRow, DraftRow, InstructionsVersion } from '../../../src/session/records.ts';
import type { RehearsalSummary, RehearsedAnswer } from '../../../src/session/rehearsal.ts';
import type { SendFileLine } from '../../../src/session/send-file.ts';
import type { ToolLine } from '../../../src/session/tool.ts';
import type { Item } from '../../view-models/fleet/fleet-items.ts';
import type { NodeRow } from '../../view-models/nodes.ts';
import type { Setting } from '../../view-models/settings/settings.ts';
import type { View } from '../../view-models/view.ts';
import type { Actions } from './actions.ts';
import type { Tab } from './route.ts';

/** Where an action runs, and what it gets there. A screen offers one or more of these; the first that an action knows is used. */
export interface Contexts {
  /** Whatever screen is shown, below everything that the screen does itself. */
  readonly anywhere: object;
  /** Where sessions are chosen: the one under the cursor, and the marked ones or else that one. */
  readonly sessions: { readonly one: SessionRow | null; readonly many: readonly SessionRow[] };
  /** The fleet's table; `item` is under the cursor. */
  readonly fleet: { readonly item: Item | undefined; readonly row: SessionRow | null };
  /** One session, on any of its tabs. */
  readonly session: { readonly id: string; readonly row: SessionRow | null; readonly tab: Tab };
  readonly qrWall: { readonly row: SessionRow | null };
  readonly chat: { readonly chat: ChatRow | undefined; readonly reload: () => void };
  readonly conversation: { readonly chat: ChatRow; readonly messages: readonly ChatMessage[] };
  readonly draft: { readonly draft: DraftRow | undefined; readonly reload: () => void };
  /** The bot under the cursor in a list of what bots cost. */
  readonly costOf: { readonly row: SessionRow | null; readonly csv: () => string };
  /** The server under the cursor. */
  readonly node: { readonly node: NodeRow | undefined; readonly reload: () => void };
  readonly incident: { readonly incident: Incident | undefined };
  /** Lines of a log or events; `visible` are those on the screen. */
  readonly entries: { readonly visible: () => string };
  readonly setting: { readonly setting: Setting | null };
  readonly instructions: {
    readonly name: string;
    readonly version: InstructionsVersion | undefined;
    readonly reload: () => void;
  };
  /** What a person did otherwise than the bot; undefined: nobody did. */
  readonly lesson: {
    readonly name: string;
    readonly lesson: Lesson | undefined;
    /** What the bot would say now, where that was asked. */
    readonly now?: RehearsedAnswer | undefined;
    readonly reload: () => void;
  };
  readonly proposal: {
    readonly name: string;
    /** Null: nothing was proposed yet. */
    readonly proposal: Proposal | null;
    readonly reload: () => void;
  };
  readonly rehearsal: {
    readonly name: string;
    /** Null: there was none yet. */
    readonly rehearsal: RehearsalSummary | null;
    /** Of the case under the cursor; null: it is of the case file. */
    readonly turn: number | null | undefined;
    readonly reload: () => void;
  };
  readonly canary: {
    readonly name: string;
    /** Null: there was none yet. */
    readonly canary: CanarySummary | null;
    readonly reload: () => void;
  };
  /** The tool under the cursor; undefined: there is none yet. */
  readonly tool: { readonly name: string; readonly tool: ToolLine | undefined; readonly reload: () => void };
  /** The hook under the cursor; undefined: there is none yet. */
  readonly hook: { readonly name: string; readonly hook: HookLine | undefined; readonly reload: () => void };
  /** The file to send under the cursor; undefined: there is none yet. */
  readonly file: { readonly name: string; readonly file: SendFileLine | undefined; readonly reload: () => void };
  /** The file under the cursor; undefined: the cursor is on none. */
  readonly knowledge: { readonly name: string; readonly file: UsedFile | undefined; readonly reload: () => void };
}

export interface Everywhere {
  readonly act: Actions;
  readonly view: View;
}

export type Context<Kind extends keyof Contexts> = Everywhere & Contexts[Kind];

/** Anything but false: the key is used up. False leaves it to what lies below. */
export type Runs = { readonly [Kind in keyof Contexts]?: (context: Context<Kind>) => unknown };

/** What a screen offers. */
export type Offered = { readonly [Kind in keyof Contexts]?: Contexts[Kind] };

/** Runs an action in the first of the offered contexts that it knows; false: it has nothing to do there. */
export const runIn = (runs: Runs, offered: Offered, everywhere: Everywhere): boolean => {
  const runKind = <Kind extends keyof Contexts>(kind: Kind): boolean | null => {
    const run: Runs[Kind] | undefined = runs[kind];
    const context: Contexts[Kind] | undefined = offered[kind];
    if (run === undefined || context === undefined) return null;
    return run({ ...everywhere, ...context }) !== false;
  };

  for (const kind of Object.keys(offered) as (keyof Contexts)[]) {
    const used = runKind(kind);
    if (used !== null) return used;
  }
  return false;
};
