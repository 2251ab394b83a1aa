import { alert } from './alert.ts';
import { canary } from './canary.ts';
import { link, pair, qr } from './codes.ts';
import type { CommandSpec } from './command.ts';
import { config } from './config.ts';
import { chats, draft, drafts, watch } from './conversations.ts';
import { create } from './create.ts';
import { files } from './files.ts';
import { hook } from './hook.ts';
import { knowledge } from './knowledge.ts';
import { lessons } from './lessons.ts';
import { restart, start, stop } from './lifecycle.ts';
import { logs } from './logs.ts';
import { ls } from './ls.ts';
import { mcp } from './mcp.ts';
import { move } from './move.ts';
import { node } from './node.ts';
import { probe } from './probe.ts';
import { prompt } from './prompt.ts';
import { propose } from './propose.ts';
import { events, why } from './records.ts';
import { rehearse } from './rehearse.ts';
import { logout, remove, reset } from './removal.ts';
import { dismiss, pause, resume } from './replies.ts';
import { send } from './send.ts';
import { tool } from './tool.ts';

/** Every one-shot command that goes through the door, in the order in which `--help` lists them. */
export const doorCommands: readonly CommandSpec[] = [
  ls,
  create,
  start,
  stop,
  restart,
  move,
  qr,
  pair,
  link,
  config,
  prompt,
  knowledge,
  files,
  rehearse,
  propose,
  pause,
  resume,
  dismiss,
  lessons,
  send,
  chats,
  watch,
  drafts,
  draft,
  probe,
  tool,
  hook,
  canary,
  mcp,
  why,
  logs,
  events,
  logout,
  reset,
  remove,
  alert,
  node,
];
