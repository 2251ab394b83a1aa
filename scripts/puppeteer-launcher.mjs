// Puppeteer as a session uses it: one browser that it starts itself. The package's own entry also loads what records screens.
import fs from 'node:fs';
import path from 'node:path';
import { environment } from 'puppeteer-core/internal/environment.js';
import { PuppeteerNode } from 'puppeteer-core/internal/node/PuppeteerNode.js';

environment.value = { fs, path, ScreenRecorder: undefined };
const puppeteer = new PuppeteerNode({ isPuppeteerCore: true });
export const { connect, defaultArgs, executablePath, launch } = puppeteer;
