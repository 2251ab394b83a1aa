import { Text } from 'ink';
import { memo, useMemo } from 'react';
import { qrMatrix } from '../../src/qr/qr-matrix.ts';
import { paintQr, type QuietZone } from '../paint/qr-paint.ts';
import type { Theme } from '../paint/theme.ts';

/** A QR code, drawn once for each payload: it costs 10 to 20 ms a frame when it is made anew. */
export const QrBlock = memo(
  ({
    payload,
    zone,
    theme,
    inverted,
  }: {
    readonly payload: string;
    readonly zone: QuietZone;
    readonly theme: Theme;
    readonly inverted: boolean;
  }) => {
    const text = useMemo(
      () => paintQr(qrMatrix(payload), zone, theme, inverted).join('\n'),
      [payload, zone, theme, inverted],
    );
    return <Text wrap="truncate-end">{text}</Text>;
  },
);
QrBlock.displayName = 'QrBlock';
