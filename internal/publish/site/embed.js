// <koyomi-events q="community:bpstudy" limit="5" lang="ja">: the next events that a query
// asks for, in a list that takes its letters and colours from the page around it. Without
// this script the element shows what stands in it.
const home = new URL(".", import.meta.url);

const words = {
  ja: { none: "予定は見つかっていません。", cancelled: "中止", postponed: "延期", day: "時刻未発表", doubt: "要確認", online: "オンライン" },
  en: { none: "No event is known.", cancelled: "Cancelled", postponed: "Postponed", day: "time not announced", doubt: "In doubt", online: "online" },
};

class KoyomiEvents extends HTMLElement {
  async connectedCallback() {
    const lang = this.getAttribute("lang") === "en" ? "en" : "ja", w = words[lang];
    const ask = new URLSearchParams({ q: this.getAttribute("q") || "", limit: this.getAttribute("limit") || "5" });
    let events;
    try {
      const answer = await fetch(new URL("api/v1/events?" + ask, home));
      if (!answer.ok) return;
      events = (await answer.json()).events;
    } catch {
      return; // what stands in the element stays
    }
    const list = document.createElement("ul");
    list.setAttribute("part", "list");
    for (const e of events) list.append(this.item(e, lang, w));
    if (!events.length) list.textContent = w.none;
    const style = document.createElement("style");
    style.textContent = "ul{list-style:none;margin:0;padding:0}li{padding:.4em 0;border-top:1px solid color-mix(in srgb,currentColor 20%,transparent)}small{display:block;opacity:.8}a{font-weight:600}";
    (this.shadowRoot || this.attachShadow({ mode: "open" })).replaceChildren(style, list);
  }

  item(e, lang, w) {
    const li = document.createElement("li"), when = document.createElement("small"), a = document.createElement("a"), where = document.createElement("small");
    const day = { month: "short", day: "numeric", weekday: "short", timeZone: e.tz };
    const start = new Date(e.all_day ? e.start + "T00:00:00+09:00" : e.start);
    when.textContent = e.all_day ? start.toLocaleDateString(lang, { ...day, timeZone: "Asia/Tokyo" }) : start.toLocaleString(lang, { ...day, hour: "2-digit", minute: "2-digit" });
    if (e.time_announced === false) when.textContent += " " + w.day;
    if (e.unseen_days) when.textContent += " · " + w.doubt;
    if (w[e.status]) when.textContent += " · " + w[e.status];
    a.href = new URL("events/" + e.id, home);
    a.textContent = e.title;
    a.setAttribute("part", "link");
    where.textContent = e.location || (e.mode === "online" ? w.online : e.area);
    li.append(when, a, where);
    return li;
  }
}

customElements.define("koyomi-events", KoyomiEvents);
