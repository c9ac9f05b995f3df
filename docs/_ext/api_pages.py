"""The API reference: a section for each header, in its folder's page (docs/api/tensor.rst and so on).

A page is an introduction; added below it are Breathe's directives for the groups that doxygen_filter.py has made. First
come the headers in the order in which the folder's own header (tensor/tensor.h) includes them, then the others.
"""
import pathlib
import re
from xml.etree import ElementTree

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import cpp

from doxygen_filter import SAME

ROOT = pathlib.Path(__file__).parents[2]


def section(title, underline):
    return f'\n{title}\n{underline * len(title)}\n'


def header_section(header, xml):
    """The section of one header; empty if it declares nothing outside of namespace detail."""
    text = ''
    for path in sorted(xml.glob('group__' + re.sub(r'\W', '__', header.replace('_', '__')) + '__tg*.xml')):
        group = ElementTree.parse(path).getroot()[0]
        name, space = group.findtext('compoundname'), group.findtext('title')
        concepts = [concept.text for concept in group.findall('innerconcept')]
        members = group.find('sectiondef') is not None or group.find('innerclass') is not None
        if not members and not concepts:
            continue
        text += f'\n.. cpp:namespace:: {space}\n\n.. doxygengroup:: {name}\n   :desc-only:\n'
        text += '' if space in ('tg', 'tg::nn') else f'\nIn namespace ``{space}``:\n'
        text += ''.join(f'\n.. doxygenconcept:: {concept}\n' for concept in concepts)
        if members:
            text += f'\n.. doxygengroup:: {name}\n   :content-only:\n   :members:\n   :undoc-members:\n'
    return text and section(header, '-') + f'\n:download:`the source <../../{header}>`\n' + text


def add_headers(app, docname, source):
    folder = docname.removeprefix('api/')
    main = ROOT / folder / f'{folder}.h'
    if not docname.startswith('api/') or not main.exists():
        return
    xml = pathlib.Path(app.config.breathe_projects['tapegrad'])
    first = [header for header in re.findall(r'#include "(.*?)"', main.read_text()) if header.startswith(folder)]
    rest = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob('*.h'))
    sections = [header_section(header, xml) for header in dict.fromkeys(first + rest)]
    source[0] += ''.join(sections)


def source_lines(xml):
    """Where each declaration stands in its header, by Doxygen's id."""
    lines = {}
    for path in xml.glob('*.xml'):
        for node in ElementTree.parse(path).iter():
            location = node.find('location')
            if location is not None:
                lines[node.get('id')] = int(location.get('line', 0))
    return lines


def arranged(children, lines):
    """A header's or a class's content with its declarations in the order of the source: they come sorted by kind."""
    plain, indices, declarations = [], [], []
    for node in children:
        if isinstance(node, addnodes.desc) and node['objtype'] == 'group':
            plain += node[-1].children  # a header's introduction
        elif 'breathe-sectiondef' in node.get('classes', []):
            declarations += [child for child in node if isinstance(child, addnodes.desc)]  # of a class, of one kind
            indices += [child for child in node if isinstance(child, addnodes.index)]
        elif isinstance(node, addnodes.desc):
            declarations.append(node)
        elif isinstance(node, addnodes.index):
            indices.append(node)
        else:
            plain.append(node)

    def line(declaration):
        return max(lines.get(name, 0) for target in declaration[0].findall(nodes.target) for name in target['ids'])

    shown = []
    for declaration in sorted(declarations, key=line):
        content = declaration[-1]
        same = [node for node in content if node.astext().strip() == SAME]
        content.children = arranged([node for node in content if node not in same], lines)
        if same and not content.children and shown and shown[-1]['objtype'] == declaration['objtype']:
            shown[-1][-1:-1] = declaration[:-1]  # both signatures above one text
            continue
        shown.append(declaration)
    return plain + indices + shown


def arrange(app, doctree):
    if app.env.docname.startswith('api/'):
        lines = source_lines(pathlib.Path(app.config.breathe_projects['tapegrad']))
        for part in doctree.findall(nodes.section):
            content = arranged(part.children, lines)
            part.clear()
            part += content


def remembered_id(declaration):
    """As in later releases of Sphinx: 5.3 works out every name's id again for every reference, half of all its time."""
    if not hasattr(declaration, '_newest_id'):
        declaration._newest_id = declaration.get_id(cpp._max_id, True)
    return declaration._newest_id


def searchable(domain):
    """What the search offers: declarations, not every parameter of theirs."""
    return (entry for entry in all_objects(domain) if entry[2] not in ('functionParam', 'templateParam'))


all_objects = cpp.CPPDomain.get_objects


def setup(app):
    cpp.CPPDomain.get_objects = searchable
    cpp.ASTDeclaration.get_newest_id = remembered_id
    app.connect('source-read', add_headers)
    app.connect('doctree-read', arrange)
