/** An address of WhatsApp's that hides the number: `…@lid`, `…@hosted.lid`. */
export const isLid = (address: string): boolean => address.endsWith('@lid') || address.endsWith('.lid');
