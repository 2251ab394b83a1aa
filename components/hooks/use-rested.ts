import { useEffect, useState } from 'react';

/** The newest value that stood for `ms`: what a cursor only passes is not asked for. */
export const useRested = <T>(value: T, ms: number): T => {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
};
