# Prints what is wrong with the links and pictures of Markdown or HTML files: perl links.pl file...
# Links and anchors must lead somewhere, pictures must be there and have a text that says what they show, and nothing
# may be loaded from a network. Links to other hosts are not followed. In Markdown a file or folder of the repository
# that is named in the text is a link.
use strict;
use warnings;

my (%content, %anchors);

sub content {
  my ($file) = @_;
  return $content{$file} //= do { local $/; open(my $in, '<', $file) or die "$file: $!\n"; <$in> };
}

# Markdown without code, in which brackets are no links.
sub prose {
  my ($text) = @_;
  $text =~ s/^( *)(`{3,}|~{3,}).*?^ *\2 *$//gms;
  $text =~ s/(`+)(?!`).+?(?<!`)\1(?!`)//gs;
  return $text;
}

sub anchors_of {
  my ($file) = @_;
  return $anchors{$file} //= do {
    my (%found, %times);
    if ($file =~ /\.md$/) {  # a heading's anchor, as GitHub makes it
      (my $text = content($file)) =~ s/^(`{3,}).*?^\1 *$//gms;
      for ($text =~ /^#{1,6} +(.+?) *#*$/gm) {
        s/!?\[(.*?)\]\(.*?\)/$1/g;
        my $slug = lc;
        $slug =~ s/[^\w\x80-\xff -]//g;
        $slug =~ tr/ /-/;
        $found{$times{$slug} ? "$slug-$times{$slug}" : $slug} = 1;
        ++$times{$slug};
      }
    }
    my $text = content($file);
    $found{$1} = 1 while $text =~ /\b(?:id|name)="([^"]+)"/g;
    \%found;
  };
}

# What the text names of the repository, without a link: `tensor/sum.h`, `sum.h` alone, a folder, or `tensor/s*.h`.
my %file_names = map { m{([^/]+)$} => 1 } glob('{tensor,autograd,nn,nn/*,examples,examples/*,tests/*}/*.{h,cpp}');
sub unlinked_names {
  my ($text) = @_;
  $text =~ s/^( *)(`{3,}|~{3,}).*?^ *\2 *$//gms;
  $text =~ s/<!--.*?-->|^#.*?$//gms;
  $text =~ s/!?\[(?:[^][]|\[[^]]*\])*\]\([^)]*\)//g;
  my $there = sub { my ($first) = glob($_[0]); return defined $first && -e $first };
  return grep { $file_names{$_} || (m{^[\w.]+/[\w./*-]*$} && !m{^build/} && $there->($_)) } $text =~ /`([^`\s]+)`/g;
}

my $wrong = 0;
sub wrong {
  print "@_\n";
  $wrong = 1;
}

sub check {
  my ($file, $link) = @_;
  return if $link =~ m{^(https?|mailto|data|javascript):};
  $link =~ s/&amp;/&/g;
  my ($path, $anchor) = $link =~ /^([^#?]*)(?:\?[^#]*)?(?:#(.*))?$/s;
  s/%([0-9a-fA-F]{2})/chr hex $1/ge for grep { defined } $path, $anchor;
  my $target = $file;
  if ($path ne '') {
    ($target = $file) =~ s{[^/]*$}{$path};
    1 while $target =~ s{(^|/)(?!\.\./)[^/]+/\.\./}{$1};
  }
  if (!-e $target) {
    wrong("$file: no $link");
  } elsif ("$file $target" =~ m{\bdocs/\S+\.md (?!.*\bdocs/)\S+\.md$}) {
    wrong("$file: $link is a page, and the site has those of docs/ alone");
  } elsif (defined $anchor && $anchor ne '' && $target =~ /\.(md|html)$/ && !anchors_of($target)->{$anchor}) {
    wrong("$file: no place $link");
  }
}

for my $file (@ARGV) {
  my $text = content($file);
  if ($file =~ /\.md$/) {
    wrong("$file: `$_` is a file of the repository, and no link") for unlinked_names($text);
    $text = prose($text);
    while ($text =~ /(!?)\[((?:[^][]|\[[^]]*\](?:\([^)]*\))?)*)\]\(([^)\s]+)[^)]*\)/g) {
      my ($image, $alt, $link) = ($1, $2, $3);
      wrong("$file: the picture $link has no text") if $image && $alt !~ /\w/;
      check($file, $link);
      check($file, $1) while $alt =~ /\]\(([^)\s]+)/g;
    }
  } elsif ($file =~ /\.html$/) {
    $text =~ s/<script>.*?<\/script>|<!--.*?-->//gs;
    while ($text =~ /<(\w+)\b([^<>]*)>/g) {
      my ($tag, $attributes) = ($1, $2);
      my ($href) = $attributes =~ /\b(?:href|src)="([^"]*)"/;
      wrong("$file: the picture $href has no text") if $tag eq 'img' && $attributes !~ /\balt="[^"]*\w/;
      next if !defined $href;
      wrong("$file: $tag loads $href") if $tag ne 'a' && $href =~ m{^(\w+:)?//};
      check($file, $href);
    }
  } else {  # a style sheet
    wrong("$file: loads $1") while $text =~ m{(?:url\(|\@import )\s*["']?((?:https?:)?//[^)"']*)}g;
  }
}
exit $wrong;
