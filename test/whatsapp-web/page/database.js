/** What the profile keeps: the login, and the messages that were handed over but not confirmed yet. */
const open = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('whatsapp-web-stand-in', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('login');
      request.result.createObjectStore('outbox');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const database = await open();

const run = (store, mode, work) =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });

export const loadLogin = () => run('login', 'readonly', (store) => store.get('login'));
export const saveLogin = (login) => run('login', 'readwrite', (store) => store.put(login, 'login'));
export const loadKeys = () => run('login', 'readonly', (store) => store.get('keys'));
export const saveKeys = (keys) => run('login', 'readwrite', (store) => store.put(keys, 'keys'));
export const loadOutbox = () => run('outbox', 'readonly', (store) => store.getAll());
export const saveOutgoing = (message) => run('outbox', 'readwrite', (store) => store.put(message, message.id));
export const dropOutgoing = (id) => run('outbox', 'readwrite', (store) => store.delete(id));
export const forgetEverything = async () => {
  await run('login', 'readwrite', (store) => store.clear());
  await run('outbox', 'readwrite', (store) => store.clear());
};
