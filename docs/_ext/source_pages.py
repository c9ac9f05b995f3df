"""Pages of highlighted source for the files of the repository that pages link to, and lists of files for its folders.

In Markdown such a link is relative ([linalg.h](../autograd/linalg.h)), which GitHub follows; in the reference it is
:download:. Both reach Sphinx as a download, or, for a folder, as a reference that it cannot resolve. A link to the
source of the playground leads to the playground itself if that is built. Below a block of code or output stands a link
to its source, which its marker names (<!-- code FILE... -->, <!-- output PROGRAM... -->).
"""
import html
import os
import pathlib
import re

from docutils import nodes
from pygments.lexers import guess_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

ROOT = pathlib.Path(__file__).parents[2]
PLAYGROUND = ROOT / 'docs/playground/page.html'


def page_name(path):
    return 'source/' + path.relative_to(ROOT).as_posix()


def name_sources(app, docname, source):
    """A link below each block; one below code serves the output of its program as well."""
    shown = None

    def linked(found):
        nonlocal shown
        file = found[2].split('#')[0] + ('.cpp' if found[1] == 'output' else '')
        if found[1] == 'output' and file == shown:
            return found[0]
        shown = file
        app.env.linked_sources.setdefault(docname, set()).add(ROOT / file)
        target = app.builder.get_relative_uri(docname, page_name(ROOT / file))
        return f'{found[0]}\n<p class="quoted"><a href="{target}">{file}</a></p>\n'
    source[0] = re.sub(r'<!-- (code|output) (\S+)[^\n]* -->\n```.*?\n```\n', linked, source[0], flags=re.S)


class SourceLinks(SphinxTransform):
    default_priority = 400

    def apply(self):
        here = pathlib.Path(self.env.doc2path(self.env.docname)).parent
        links = list(self.document.findall(addnodes.download_reference)) + [
            node for node in self.document.findall(addnodes.pending_xref) if node['reftype'] == 'myst']
        for node in links:
            path = pathlib.Path(os.path.normpath(here / re.split('[?#]', node['reftarget'])[0]))
            if path == PLAYGROUND and self.config.html_extra_path:
                target = os.path.relpath('playground.html', os.path.dirname(self.env.docname))
                target += ''.join(re.findall(r'\?.*', node['reftarget']))
                node.replace_self(nodes.reference('', '', *node.children, refuri=target))
                continue
            page = path.is_relative_to(self.env.srcdir) and path != PLAYGROUND
            if ROOT not in path.parents or not path.exists() or page:
                continue
            self.env.linked_sources.setdefault(self.env.docname, set()).add(path)
            target = self.app.builder.get_relative_uri(self.env.docname, page_name(path))
            text = node.children if node['reftype'] == 'myst' else [nodes.Text(node.astext())]
            node.replace_self(nodes.reference('', '', *text, internal=True, refuri=target))


def pages(app):
    """The pages, as Sphinx's html-collect-pages wants them: name, context, template."""
    todo = {path for paths in app.env.linked_sources.values() for path in paths}
    for folder in [path for path in todo if path.is_dir()]:
        todo |= {path for path in folder.rglob('*') if path.suffix in ('.h', '.cpp', '.sh')}
        todo |= {path for path in folder.rglob('*') if path.is_dir() and list(path.glob('*.cpp'))}
    for path in sorted(todo):
        name = path.relative_to(ROOT).as_posix()
        if path.is_dir():
            files = sorted(file for file in todo if file.parent == path)
            links = [f'<li><a href="{path.name}/{file.name}.html">{file.name}{"/" * file.is_dir()}</a></li>'
                     for file in files]
            body = f'<ul>{"".join(links)}</ul>'
        else:
            code = path.read_text()
            try:
                language = guess_lexer_for_filename(path.name, code).aliases[0]
            except ClassNotFound:
                language = 'none'
            body = f'<div class="source">{app.builder.highlighter.highlight_block(code, language, force=True)}</div>'
        yield page_name(path), {'title': name, 'body': f'<h1><code>{html.escape(name)}</code></h1>{body}'}, 'page.html'


def prepare(app, env, docnames):
    if not hasattr(env, 'linked_sources'):
        env.linked_sources = {}


def setup(app):
    app.add_transform(SourceLinks)
    app.connect('env-before-read-docs', prepare)
    app.connect('source-read', name_sources)
    app.connect('html-collect-pages', pages)
