import { useSyncExternalStore } from 'react';
import type { Frame, Frames } from './frames.ts';

/** The frame to draw now. */
export const useFrame = (frames: Frames): Frame => useSyncExternalStore(frames.subscribe, frames.get, frames.get);
