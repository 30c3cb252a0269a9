// Keeps an open page fresh. When the dashboard says that something changed, the page fetches itself and
// replaces its main part; focus, open details and the scroll position stay. Pages work without this file.
"use strict";
(() => {
  const main = () => document.getElementById("main");
  const sign = document.getElementById("live");
  if (!main() || !("live" in main().dataset) || !window.EventSource) return;

  let wanted = null;
  let busy = false;

  const say = (state) => {
    sign.textContent = sign.dataset[state];
    sign.dataset.state = state;
  };

  // What a person types is never taken away: the page waits until the field is left.
  const typing = () => {
    const field = document.activeElement;
    return field && main().contains(field) && field.matches("input, textarea, select");
  };

  // The same place in the new page: by id, else by what it is and where it leads.
  const trace = (element) => {
    if (!element || !main().contains(element)) return null;
    if (element.id) return `#${CSS.escape(element.id)}`;
    const href = element.getAttribute("href");
    if (href) return `a[href="${CSS.escape(href)}"]`;
    const details = element.closest("details[id]");
    return details ? `#${CSS.escape(details.id)} > summary` : null;
  };

  const replace = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const next = fresh.getElementById("main");
    if (!next) return;
    const focus = trace(document.activeElement);
    const open = new Set([...main().querySelectorAll("details[id][open]")].map((details) => details.id));
    const [x, y] = [window.scrollX, window.scrollY];
    for (const details of next.querySelectorAll("details[id]")) details.open = open.has(details.id);
    main().replaceWith(document.adoptNode(next));
    const made = fresh.querySelector(".foot p");
    if (made) document.querySelector(".foot p").textContent = made.textContent;
    document.title = fresh.title;
    const target = focus && main().querySelector(focus);
    if (target) target.focus({ preventScroll: true });
    window.scrollTo(x, y);
  };

  const refresh = async () => {
    if (busy || wanted === null || wanted === main().dataset.change) return;
    if (document.visibilityState !== "visible" || typing()) return;
    busy = true;
    const asked = wanted;
    try {
      const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (answer.redirected) window.location.reload();
      else if (answer.ok) replace(await answer.text());
      if (wanted === asked) wanted = null;
    } catch {
      // The stream tells when the dashboard is back, and brings the number again.
    } finally {
      busy = false;
    }
    if (wanted !== null && wanted !== asked) refresh();
  };

  const stream = new EventSource("/live");
  stream.addEventListener("open", () => say("open"));
  stream.addEventListener("error", () => {
    say("lost");
    // A browser gives up after a refusal, as when the session has ended; looking again tells.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => window.location.reload(), 30000);
  });
  stream.addEventListener("change", (event) => {
    wanted = event.data;
    refresh();
  });
  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("focusout", () => setTimeout(refresh, 0));
})();
