import { z } from 'zod';

/** Digits of a phone number, or of a LID. */
export const number = z.string().regex(/^\d{8,15}$/);
export const onPhone = z.object({ phone: number });
export const count = z.number().int().min(0).default(1);
