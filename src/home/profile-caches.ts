/**
 * What a browser makes again by itself. A login is in IndexedDB and Local Storage, which are not here (profiles of
 * 1.8 GB in 48 h are nearly all cache).
 */
const caches: ReadonlySet<string> = new Set([
  'Cache',
  'Code Cache',
  'CacheStorage',
  'ScriptCache',
  'GPUCache',
  'DawnCache',
  'DawnGraphiteCache',
  'DawnWebGPUCache',
  'GrShaderCache',
  'GraphiteDawnCache',
  'ShaderCache',
  'Crashpad',
  'Crash Reports',
  'BrowserMetrics',
  'component_crx_cache',
  'extensions_crx_cache',
  'optimization_guide_model_store',
  'Safe Browsing',
  'blob_storage',
]);

/** Whether a file or directory of that name inside a login profile belongs in no archive: caches, and the locks of a running browser. */
export const isNotForArchives = (name: string): boolean =>
  caches.has(name) || name.startsWith('Singleton') || name === 'lockfile' || /[\p{Cc}\\]/u.test(name);

/** Whether it is a cache that can be removed while the browser is closed; the browser makes it again. */
export const isProfileCache = (name: string): boolean => caches.has(name);
