# The HTML site. `make docs` builds it:
#
#   1. Doxygen reads the headers (Doxyfile; _ext/doxygen_filter.py turns their plain comments into Doxygen's) and writes
#      XML into build/docs/xml.
#   2. Sphinx reads the pages, docs/*.md and docs/vi/*.md, with MyST, and makes build/docs/html with the theme
#      sphinx_book_theme. The API reference, docs/api/, is filled from the XML by Breathe (_ext/api_pages.py).
#   3. What a page links to or quotes from the repository becomes a page of highlighted source (_ext/source_pages.py).
#   4. Tapes to step through, which programs have written into build/steppers, are shown in frames.
#   5. The playground, if `make` has built it, is copied.
#
# The pages are written for GitHub and know nothing of Sphinx; what the site needs besides, such as its table of
# contents, is added here. The result works from file://: MathJax is copied into it, and nothing is loaded from a
# network. Warnings are errors; tests/packaging/site.sh looks at the result in a browser.
import os
import pathlib
import re
import shutil
import sys

import sphinx_book_theme
from docutils import nodes
from sphinx.highlighting import PygmentsBridge

docs = pathlib.Path(__file__).parent
build = docs.parent / os.environ.get('BUILD', 'build')
sys.path.insert(0, str(docs / '_ext'))

project = 'tapegrad'
extensions = ['myst_parser', 'sphinx.ext.mathjax', 'breathe', 'api_pages', 'source_pages']
exclude_patterns = ['_ext', '_static', 'playground']
source_suffix = {'.md': 'markdown', '.rst': 'restructuredtext'}
highlight_language = 'none'
nitpicky = True
nitpick_ignore_regex = [('cpp:identifier', '.*')]  # types of std and of namespace detail in signatures

# Markdown
myst_enable_extensions = ['dollarmath']
myst_heading_anchors = 3
myst_update_mathjax = False
myst_ref_domains = ['std']

# The reference
breathe_projects = {'tapegrad': str(build / 'docs/xml')}
breathe_default_project = 'tapegrad'
breathe_show_include = False
breathe_show_enumvalue_initializer = False
cpp_index_common_prefix = ['tg::', 'tg::nn::']

# Formulas: MathJax 2, as Debian has it. Only what stands in \(..\) and \[..\] in an element of class math is a formula.
mathjax = pathlib.Path('/usr/share/javascript/mathjax')
mathjax_path = 'mathjax/MathJax.js?config=TeX-AMS_CHTML'
mathjax2_config = {
    'tex2jax': {'inlineMath': [['\\(', '\\)']], 'displayMath': [['\\[', '\\]']],
                'ignoreClass': '.*', 'processClass': 'math'},
    'TeX': {'noErrors': {'disabled': True}, 'noUndefined': {'disabled': True}},  # errors show, to readers and tests
    'showMathMenu': False,
    'messageStyle': 'none',
}

# Looks
html_theme = 'sphinx_book_theme'
html_title = 'tapegrad'
html_static_path = ['_static']
html_extra_path = [str(page) for page in build.glob('playground.html')]
dark = {'media': '(prefers-color-scheme: dark)'}
html_css_files = ['site.css', ('dark.css', dark), ('pygments-dark.css', dark)]
html_js_files = ['site.js']
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_theme_options = {
    'use_download_button': False,
    'use_fullscreen_button': False,
    'home_page_in_toc': True,
}
if sphinx_book_theme.__version__.startswith('0.'):
    html_theme_options['extra_navbar'] = ''  # the theme's name under the contents, which later versions do not show


def add_contents(app, docname, source):
    """The sidebar shows the course in order, then the rest."""
    if docname == 'index':
        course = sorted(path.stem for path in docs.glob('[0-9]*.md'))
        rest = sorted(path.stem for path in docs.glob('*.md') if path.stem not in course and path.stem != 'index')
        translated = sorted(f'vi/{path.stem}' for path in docs.glob('vi/*.md'))
        pages = '\n'.join(course + rest + translated + ['api/index'])
        source[0] += f'\n```{{toctree}}\n:hidden:\n\n{pages}\n```\n'


def name_language(app, pagename, templatename, context, doctree):
    """Translations say which language they are in, so that it is read aloud and hyphenated rightly."""
    if pagename.startswith('vi/'):
        context['language'] = 'vi'


def show_steppers(app, docname, source):
    """<!-- stepper examples/tutorial/02_by_hand 4 --> becomes a frame: the tape of that program, opened at step 4."""
    def frame(found):
        page = f'{"../" * docname.count("/")}_static/steppers/{found[1]}.html'
        return (f'<iframe class="stepper" src="{page}?step={found[2]}" title="The tape of {found[1]}, step by step">'
                f'</iframe>\n<p class="stepper"><a href="{page}">This tape on a page of its own</a></p>\n')
    source[0] = re.sub(r'<!-- stepper examples/tutorial/(\w+) (\d+) -->', frame, source[0])


def keep_formulas(app, doctree):
    """Formulas go to MathJax as they are: Sphinx would put what has several lines into an environment without tags."""
    for node in doctree.findall(nodes.math_block):
        node.children = [nodes.Text(f'\\[{node.astext()}\\]')]
        node['nowrap'] = True


def copy_static(app, error):
    """The tapes, the colours of code on a dark ground, and of MathJax's 54 MB what TeX in CommonHTML can ask for."""
    static = pathlib.Path(app.outdir, '_static')
    shutil.copytree(build / 'steppers', static / 'steppers', dirs_exist_ok=True)
    (static / 'pygments-dark.css').write_text(PygmentsBridge('html', 'github-dark').get_stylesheet())
    for part in ['MathJax.js', 'config/TeX-AMS_CHTML.js', 'extensions/TeX', 'jax/element', 'jax/output/CommonHTML',
                 'fonts/HTML-CSS/TeX/woff']:
        source, target = mathjax / part, static / 'mathjax' / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)


def setup(app):
    app.connect('source-read', add_contents)
    app.connect('html-page-context', name_language)
    app.connect('source-read', show_steppers)
    app.connect('doctree-read', keep_formulas)
    app.connect('build-finished', copy_static)
