// Takes the page's parts over from the server once a second, as they change. Without it the page loads itself anew.
'use strict';
(() => {
  const interval = 1000, patience = 4000, failuresToTell = 2;
  const root = new URL('..', document.currentScript.src).href; // this script is in assets/
  let failures = 0, over = false;

  const isRead = part => { // somebody has marked text in it
    const selection = getSelection();
    return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  const take = html => {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    for (const part of fresh.querySelectorAll('[data-part]')) {
      const old = document.getElementById(part.id);
      if (old && old.outerHTML !== part.outerHTML && !isRead(old)) {
        const focus = old.contains(document.activeElement) ? document.activeElement.getAttribute('href') || 'button' : null;
        old.replaceWith(part);
        if (focus) part.querySelector(focus === 'button' ? 'button' : `[href="${focus}"]`)?.focus();
      }
    }
    const { title, verdict, over: ended } = document.getElementById('summary').dataset;
    document.title = title;
    const spoken = document.getElementById('verdict');
    if (spoken.textContent !== verdict) spoken.textContent = verdict;
    over = ended === 'yes';
  };

  const update = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(root + 'fragment', { cache: 'no-store', signal: AbortSignal.timeout(patience) });
        if (!answer.ok) throw new Error(answer.statusText);
        take(await answer.text());
        failures = 0;
      } catch {
        failures++;
      }
      const offline = document.getElementById('offline');
      offline.hidden = failures < failuresToTell;
      if (over && !offline.hidden) offline.textContent = 'The run has ended, and its coordinator with it. What you see is its last word.';
    }
    setTimeout(update, interval);
  };

  document.addEventListener('visibilitychange', () => { if (!document.hidden) failures = 0; });
  if (location.search) history.replaceState(null, '', root); // so that what was asked once is not told again
  setTimeout(update, interval);
})();
