/**
 * Argentine mobiles lose their 9 and Mexican ones their 1 in the key of a phone number (session/phone.ts): rows from before get the new
 * key, as columns and as addresses. Where that makes two conversations one person's, the address stays with the older one; they are
 * merged before the session's next start (conversations/unite-persons.ts).
 */
export const phoneKeys = {
  name: '0006-phone-keys',
  sql: `
UPDATE conversations SET phone_key = substr(phone_key, 1, 2) || substr(phone_key, 4)
  WHERE length(phone_key) = 13 AND (phone_key LIKE '549%' OR phone_key LIKE '521%');

INSERT OR IGNORE INTO addresses (session_id, address, conversation_id, learnt_at)
  SELECT session_id, substr(address, 1, 8) || substr(address, 10), conversation_id, learnt_at FROM addresses
  WHERE length(address) = 19 AND (address LIKE 'phone:549%' OR address LIKE 'phone:521%') ORDER BY conversation_id;
DELETE FROM addresses WHERE length(address) = 19 AND (address LIKE 'phone:549%' OR address LIKE 'phone:521%');
`,
};
