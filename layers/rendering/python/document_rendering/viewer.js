'use strict';
const root = document.documentElement;
for (const box of document.querySelectorAll('header input[type=checkbox]')) {
  const toggle = () => root.classList.toggle('show-' + box.value, box.checked);
  box.addEventListener('change', toggle);
  toggle();
}

// Stretch each word's invisible text to the word's width when its page comes into view; askew text stays askew.
const fit = layer => {
  const widths = [...layer.children].map(word => [word, word.offsetWidth, word.dataset.w * layer.clientWidth / 100]);
  for (const [word, is, wanted] of widths) if (is && !word.dataset.turned) {
    const fall = word.dataset.fall ? `rotate(${word.dataset.fall}) ` : '';
    word.style.transform = `${fall}scaleX(${wanted / is})`;
  }
};
const seen = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting) fit(entry.target);
}, { rootMargin: '100%' });
for (const layer of document.querySelectorAll('.text')) seen.observe(layer);
addEventListener('resize', () => document.querySelectorAll('.text').forEach(fit));

const query = document.querySelector('input[type=search]');
const count = document.querySelector('output');
let found = [], current = -1;
const plain = text => text.toLocaleLowerCase();
const search = () => {
  for (const word of document.querySelectorAll('.found')) word.classList.remove('found', 'current');
  const wanted = plain(query.value).split(/\s+/).filter(Boolean);
  found = [];
  current = -1;
  const words = wanted.length ? [...document.querySelectorAll('.text span')] : [];
  const texts = words.map(word => plain(word.textContent.trim()));
  for (let at = 0; at + wanted.length <= words.length && wanted.length; at++) {
    if (wanted.every((part, step) => texts[at + step].includes(part))) found.push(words.slice(at, at + wanted.length));
  }
  found.flat().forEach(word => word.classList.add('found'));
  count.textContent = wanted.length ? `${found.length} found` : '';
};
const next = step => {
  if (!found.length) return;
  document.querySelectorAll('.current').forEach(word => word.classList.remove('current'));
  current = (current + step + found.length) % found.length;
  found[current].forEach(word => word.classList.add('current'));
  found[current][0].scrollIntoView({ block: 'center' });
  count.textContent = `${current + 1} of ${found.length}`;
};
query.addEventListener('input', search);
query.addEventListener('keydown', event => {
  if (event.key === 'Enter') { event.preventDefault(); next(event.shiftKey ? -1 : 1); }
});
