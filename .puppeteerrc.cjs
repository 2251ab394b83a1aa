// The browser comes from the machine or from @sparticuz/chromium: Puppeteer's own download is never needed and often impossible.
module.exports = { skipDownload: true };
