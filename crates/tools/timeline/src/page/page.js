// What moves on the page: the playhead, "At this moment", and what lights up around an event.
// Everything here reads what the page already has; nothing is fetched.
'use strict';
const $ = id => document.getElementById(id), all = (what, in_ = document) => [...in_.querySelectorAll(what)];
const data = JSON.parse($('data').textContent), rows = all('#events tbody tr'), count = data.on.length;
const marks = all('[data-i]'), links = all('[data-a],[data-b]'), figures = all('.fig');
const unit = $('events').dataset.unit;
let now = 0, kept = null;

// An event's clock has, for each lane, how far along that lane its past reaches.
const clocks = [], latest = data.l.map(() => data.l.map(() => 0));
data.c.forEach((steps, event) => {
  const clock = [...latest[data.on[event]]];
  for (const [lane, time] of steps) clock[lane] = time;
  latest[data.on[event]] = clocks[event] = clock;
});
const before = (a, b) => a !== b && clocks[b][data.on[a]] > a;

function says(event) {
  const [number, when, who, what] = [...rows[event].cells].map(cell => cell.textContent.trim());
  return `${number}: ${when} ${unit}: ${who} ${what}`;
}

function show(event, scroll = true) {
  now = Math.max(0, Math.min(count - 1, event));
  $('seek').value = now;
  $('now').textContent = says(now);
  for (const mark of marks) {
    mark.classList.toggle('cur', +mark.dataset.i === now);
    mark.classList.toggle('later', +mark.dataset.i > now);
    if (mark.matches('use')) mark.setAttribute('tabindex', +mark.dataset.i === now ? 0 : -1);
  }
  for (const figure of figures) {
    const x = +figure.querySelector('use.cur').getAttribute('x');
    figure.querySelector('.play').setAttribute('transform', `translate(${x} 0)`);
    const box = figure.closest('.scroll'), left = x - box.scrollLeft;
    if (scroll && figure.clientWidth && (left < 20 || left > box.clientWidth - 220)) box.scrollLeft = x - box.clientWidth / 3;
  }
  const line = all('.out li.cur')[0];
  if (line) line.parentNode.scrollTop += Math.min(0, line.offsetTop - line.parentNode.offsetTop - line.parentNode.scrollTop)
    || Math.max(0, line.offsetTop - line.parentNode.offsetTop + line.offsetHeight - line.parentNode.scrollTop - line.parentNode.clientHeight);
  moment();
}

function moment() {
  const list = $('moment');
  list.replaceChildren();
  const term = (name, css) => {
    const dt = document.createElement('dt'), dd = document.createElement('dd');
    dt.textContent = name, dt.className = css;
    list.append(dt, dd);
    return dd;
  };
  for (const lane of data.l) {
    const state = lane.s.findLast(([from]) => from <= now);
    term(lane.n, lane.c).textContent = state ? state[1] : 'has not begun';
  }
  for (const thing of data.t) {
    const dd = term(thing.n, 'th');
    const inside = thing.v.filter(([from, to]) => from <= now && (to === null || now < to));
    for (const [, , text, css] of inside.slice(0, 12)) {
      const pill = document.createElement('span');
      pill.textContent = text, pill.className = 'pill ' + css;
      dd.append(pill);
    }
    if (!inside.length || inside.length > 12) {
      const rest = document.createElement('span');
      rest.textContent = inside.length ? `and ${inside.length - 12} more` : thing.e, rest.className = 'dim';
      dd.append(rest);
    }
  }
}

function light(event) {
  for (const figure of figures) figure.classList.toggle('lit', event !== null);
  const place = (node, past, future) => {
    node.classList.toggle('p', event !== null && past());
    node.classList.toggle('f', event !== null && future());
  };
  for (const mark of marks) {
    const its = +mark.dataset.i;
    mark.classList.toggle('o', its === event);
    place(mark, () => before(its, event), () => before(event, its));
  }
  for (const link of links) {
    const a = +(link.dataset.a ?? link.dataset.b), b = +(link.dataset.b ?? link.dataset.a);
    place(link, () => b === event || before(b, event), () => a === event || before(event, a));
  }
  if (event !== null) tell(event);
}

function tell(event) {
  let past = 0, future = 0;
  for (let other = 0; other < count; other++) past += before(other, event), future += before(event, other);
  const part = (text, css) => Object.assign(document.createElement('b'), { textContent: text, className: css });
  $('cone').replaceChildren(part(`Event ${rows[event].cells[0].textContent.trim()}: `, ''),
    part(`${past} events could have caused it`, 'past'), ', ', part(`${future} it could have caused`, 'fut'),
    `, and ${count - 1 - past - future} happened concurrently: neither before nor after it.`);
}

const target = event => event.target.closest('[data-i]');
const keep = event => light(kept = event);
document.addEventListener('mouseover', event => {
  const use = event.target.closest('use[data-i]');
  if (use && !use.firstChild) {
    const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    title.textContent = says(+use.dataset.i), use.append(title);
  }
  if (kept === null) light(target(event) ? +target(event).dataset.i : null);
});
document.addEventListener('focusin', event => kept === null && light(target(event) && event.target.matches(':focus-visible') ? +target(event).dataset.i : null));
document.addEventListener('click', event => {
  const mark = target(event), figure = event.target.closest('.fig');
  if (mark) {
    const its = +mark.dataset.i;
    show(its), keep(kept === its ? null : its);
  } else if (figure) {
    const x = event.clientX - figure.getBoundingClientRect().left;
    const nearest = all('use[data-i]', figure).reduce((best, one) => Math.abs(one.getAttribute('x') - x) < Math.abs(best.getAttribute('x') - x) ? one : best);
    keep(null), show(+nearest.dataset.i);
  }
});
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') return keep(null);
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches('input')) return;
  const mark = target(event);
  if (mark && (event.key === 'Enter' || event.key === ' ')) return event.preventDefault(), show(+mark.dataset.i), keep(kept === null ? +mark.dataset.i : null);
  const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: count - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  keep(null), show(next);
  const shown = figures.find(figure => figure.clientWidth);
  if (mark?.matches('use')) shown.querySelector('use.cur').focus({ focusVisible: true, preventScroll: true });
});
$('back').onclick = () => show(now - 1);
$('on').onclick = () => show(now + 1);
$('seek').oninput = () => show(+$('seek').value);
for (const radio of all('[name=view]')) radio.addEventListener('change', () => show(now));
for (const mark of all('li[data-i]')) mark.setAttribute('tabindex', 0);
for (const figure of figures) figure.setAttribute('role', 'group');
for (const hidden of all('.ctl,.moment,.cone')) hidden.hidden = false;
$('seek').max = count - 1;
document.body.classList.add('js');
show(count >> 1, false);
