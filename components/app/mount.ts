// What `run-dashboard.tsx` loads late, in one module: a bundler gives a dynamic import of CommonJS (React) no named exports.
export { render } from 'ink';
export { createElement } from 'react';
export { App } from './app.tsx';
