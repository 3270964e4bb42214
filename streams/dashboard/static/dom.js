// A page as a value: h() describes nodes, patch() makes an element's children agree with them.
// What already agrees is left alone, so focus, selection and open <details> survive a new snapshot.
const SVG = "http://www.w3.org/2000/svg";
const attributesOf = new WeakMap();

/** Describe an element. Attributes that are null or false are left out; `style` is an object. */
export function h(tag, attributes = {}, ...children) {
  return { tag, attributes, children: children.flat(Infinity) };
}

const present = (node) => node !== null && node !== undefined && node !== false;

/** Make the children of `parent` agree with these descriptions. */
export function patch(parent, described) {
  const nodes = described.filter(present).map((node) => (typeof node === "object" ? node : String(node)));
  nodes.forEach((node, index) => {
    const current = parent.childNodes[index];
    if (current && agrees(current, node)) update(current, node);
    else if (current) parent.replaceChild(create(node, parent), current);
    else parent.append(create(node, parent));
  });
  while (parent.childNodes.length > nodes.length) parent.lastChild.remove();
}

function agrees(current, node) {
  if (typeof node === "string") return current.nodeType === Node.TEXT_NODE;
  return current.nodeType === Node.ELEMENT_NODE && current.localName === node.tag;
}

function create(node, parent) {
  if (typeof node === "string") return document.createTextNode(node);
  const svg = node.tag === "svg" || parent.namespaceURI === SVG;
  const element = svg ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
  update(element, node);
  return element;
}

function update(current, node) {
  if (typeof node === "string") {
    if (current.data !== node) current.data = node;
    return;
  }
  setAttributes(current, node.attributes);
  patch(current, node.children);
}

function setAttributes(element, wanted) {
  const before = attributesOf.get(element) ?? {};
  for (const name of Object.keys(before)) {
    if (!(name in wanted)) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(wanted)) {
    if (name === "style") setStyle(element, value);
    else if (before[name] !== value) setAttribute(element, name, value);
  }
  attributesOf.set(element, wanted);
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

// The policy of the page forbids style attributes; setting properties is allowed.
function setStyle(element, style) {
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
}
