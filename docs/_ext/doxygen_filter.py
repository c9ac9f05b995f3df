"""Rewrites a header for Doxygen, which reads every header through this filter: python3 doxygen_filter.py file.h.

The headers' comments are plain //, without markup. So:
- A comment above a declaration, or behind it on its last line, becomes its description.
- A declaration right below a described one, with no blank line between them, shares the description: it gets the mark
  SAME instead, and api_pages.py puts both signatures above one text.
- Each namespace becomes a group, which the header's first comment and those that stand alone introduce. The namespace's
  own lines go, so that signatures are short; the pages say where names live. What is in a namespace detail goes too.
- What docs/machinery.txt names goes.
- Function bodies go. Requires clauses become constraints on the template's parameters, which Breathe can show.
- Lists of rows, as TG_ELEMENTARY in tensor/elementary.h, become the declarations that they stand for.
- In comments, indented lines stay as they are. The rest is text, in which nothing but `code` is markup.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MACHINERY = [line.partition(':') for line in (ROOT / 'docs/machinery.txt').read_text().splitlines()]
HEADERS_APART = {header for header, colon, names in MACHINERY if not colon}
NAMES_APART = {(header, name) for header, colon, names in MACHINERY for name in names.split()}
SAME = '″'
TOKEN = re.compile(r'//[^\n]*|#[^\n]*|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|[(){};\n]|[^"\'/(){};\n]+|.')
CLASS = re.compile(r'(template <.*>\s)?\s*(class|struct) [^()]*$')
# Not shown: deduction guides, what is only announced, for use before its definition, and what differs from another
# declaration only in that it takes Variables.
UNSHOWN = re.compile(r'static_assert|extern template|(template <[^\n]*>\s+)?requires\([^\n]* == 2\)|'
                     r'(template <[^>]*>\s+)?(class|struct) \w+;|.*\)\s+-> ', re.S)
ANNOUNCED = re.compile(r'template <class T>\s+BasicVariable<T> \w+\(')


def filled(body, parameters, arguments):
    """A macro's body with arguments in the place of its parameters."""
    values = dict(zip(parameters, arguments))
    body = re.sub(r'(\w+)##(\w+)', lambda m: values.get(m[1], m[1]) + m[2], body)
    return re.sub(r'\b(\w+)\b', lambda m: values.get(m[1], m[1]), body)


def expanded(text):
    """The header with its macros of declarations expanded, and all other directives of more than a line gone."""
    lists, macros, out = {}, {}, ''
    for line in re.findall(r'(?:.*\\\n)*.*\n', text):
        macro = re.match(r'#define (TG_\w+)\(([^)]*)\)((?:.|\n)*)', line)
        call = re.match(r'(TG_\w+)\((.*)\)\n', line)
        if macro and macro[2] == 'ROW':
            lists[macro[1]] = re.findall(r'ROW\((.*)\)\s*\\?\n', macro[3])
        elif macro:
            body = re.sub(r' *\\\n', '\n', macro[3])
            body = re.sub(r'namespace elementary \{.*?\n  \}\n', '', body, flags=re.S)
            body = '' if body.lstrip().startswith('struct') else body.strip('\n')
            macros[macro[1]] = (re.split(', *', macro[2]), body)
        elif call and (call[1] in macros or call[2] in macros):
            calls = [call[2]] if call[1] in macros else lists.get(call[1], [])
            parameters, body = macros[call[1] if call[1] in macros else call[2]]
            for arguments in calls if body else []:
                out += filled(body, parameters, [argument.strip() for argument in arguments.split(',')]) + '\n'
        elif not line.startswith('#undef TG_'):
            out += line if not line.startswith('#') or line.count('\n') == 1 else ''
    return out


def escaped(line):
    line = re.sub(r'[\\@<>&#%$]', r'\\\g<0>', line)
    line = re.sub('`(.+?)`', r'<tt>\1</tt>', line)
    return re.sub(r'(?<=\S)  +', '\u2003\u2003', line)  # the gaps between formulas, as two em spaces


def described(comment):
    """The text of a comment, for Doxygen."""
    out, verbatim, item = '', False, False
    for line, after in zip(comment, comment[1:] + ['']):
        item = line.startswith(' - ') or (item and line.startswith('   '))
        indented = not item and (line.startswith('   ') or (verbatim and not line and after.startswith('   ')))
        if indented != verbatim:
            out += '@verbatim\n' if indented else '@endverbatim\n'
        verbatim = indented
        out += (line if indented else escaped(line)) + '\n'
        formula = re.search(r'\S   ', line) or re.match(r' [a-z] = .{,80}[^:]$', line)
        if formula and not indented and re.match(' [A-Z(]', after):
            out += '\n'  # a paragraph of its own
    return out + ('@endverbatim\n' if verbatim else '')


def constrained(declaration):
    """template <class A, class B> requires Both<A, B>  becomes  template <class A, Both<A> B>."""
    found = re.search(r'(?:\n *|(?<=> ))requires *(.*)', declaration)
    if not found:
        return declaration
    head = declaration[:found.start()]
    for concept, first, second in re.findall(r'(\w+)<(\w), (\w)>', found[1]):
        head = head.replace(f'class {second}', f'{concept}<{first}> {second}')
    for concept, name in re.findall(r'(\w+)<(\w)>(?! ==)', found[1]):
        head = head.replace(f'class {name}', f'{concept} {name}')
    return head + declaration[found.end():]


def name_of(declaration):
    head = declaration.partition('{')[0]
    found = (re.search(r'\b(?:class|struct|concept) (?:alignas\(\d+\) )?(\w+)(?![^<>]*>)', head) or
             re.search(r'(\w+)\(', declaration) or re.search(r'(\w+)(?:<.*>)? =', declaration))
    return found and found[1]


class Header:
    def __init__(self, path):
        self.name = pathlib.Path(path).resolve().relative_to(ROOT).as_posix()
        with open(path, encoding='utf-8') as file:
            self.tokens = TOKEN.findall(expanded(file.read()))
        self.introduction = ''

    def scope(self, space):
        """The declarations up to the brace that ends a namespace (its name as a list) or a class (None)."""
        out, comment, shared = '', [], False
        while self.tokens:
            token = self.tokens.pop(0)
            if token.startswith('//'):
                comment += [] if token.startswith('// clang-format') else [token[2:]]
            elif token.startswith('#'):
                if token == '#pragma once':
                    self.introduction, comment = described(comment), []
                out += token + '\n'
            elif token == '\n' and self.tokens[:1] == ['\n']:
                if space and comment and not comment[0].startswith(' ---'):
                    self.introduction += '\n' + described(comment)
                comment, shared = [], False
            elif token == '}':
                break
            elif token.strip():
                self.tokens.insert(0, token)
                declaration, behind = self.declaration(space, comment), self.comment_behind()
                if (self.name, name_of(declaration)) in NAMES_APART:
                    shared = False
                elif declaration.startswith('/**'):  # a group
                    out += declaration
                elif declaration:
                    shared = bool(comment) or (shared and not behind)
                    text = described(comment + behind) or (SAME if shared else '')
                    out += (f'/** {text} */\n' if text else '') + declaration + '\n'
                comment = []
        return out

    def declaration(self, space, comment):
        """The next declaration; '' if it is not to be shown."""
        text = ''
        while self.tokens:
            token = self.tokens.pop(0)
            if token.startswith('//'):
                continue
            text += token
            if re.match(r'\s*(public|protected|private):', token):
                return text
            if token == '(':
                text += self.up_to(')')
            elif token == '{' and text.startswith('namespace'):
                return self.namespace(space, text[:-1].split()[1].split('::'))
            elif token == '{' and CLASS.match(text[:-1]):
                text += '\n' + self.scope(None) + '}'
            elif token == '{':
                head, rest = text[:-1], self.up_to('}')
                following = next((t for t in self.tokens if t.strip()), '')
                if '(' in head and following not in list(';,{'):  # the body of a function
                    if UNSHOWN.match(head.strip()):
                        return ''
                    return constrained(re.sub(r'\)( \w+)*\s+: .*', r')\1', head, flags=re.S).strip() + ';')
                text += rest
            elif token == ';':
                if UNSHOWN.match(text.strip()) or (not comment and ANNOUNCED.match(text)):
                    return ''
                return constrained(re.sub(r' = \[.*', ';', text, flags=re.S))  # a lambda goes too
        return text

    def namespace(self, outer, names):
        header, self.introduction = self.introduction, '' if outer else self.introduction
        space = outer + names
        body = self.scope(space)
        introduction, self.introduction = self.introduction, header if outer else ''
        self.comment_behind()
        if 'detail' in space:
            return ''
        group = re.sub(r'\W', '_', f'{self.name}_{"_".join(space)}')
        return f'/** @addtogroup {group} {"::".join(space)}\n{introduction}@{{ */\n\n{body}/** @}} */\n'

    def up_to(self, end):
        """The tokens up to the bracket that closes what has just been opened."""
        text = ''
        while self.tokens:
            token = self.tokens.pop(0)
            text += token
            if token == end:
                break
            if token in '({':
                text += self.up_to(')' if token == '(' else '}')
        return text

    def comment_behind(self):
        while self.tokens and self.tokens[0].isspace() and self.tokens[0] != '\n':
            self.tokens.pop(0)
        return [self.tokens.pop(0)[2:]] if self.tokens and self.tokens[0].startswith('//') else []


if __name__ == '__main__':
    header = Header(sys.argv[1])
    print('' if header.name in HEADERS_APART else header.scope([]))
