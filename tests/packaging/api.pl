# Prints what breaks a rule of the public functions: perl api.pl twins | documented | listed page machinery.
use strict;
use warnings;
use lib $0 =~ m{^(.*)/};
require "source.pl";

my $angles = qr{(<(?:[^<>]|(?-1))*>)};
my $parens = qr{(\((?:[^()]|(?-1))*\))};
my $array = qr{auto|Mask|IndexTensor|Tensor(?:64)?|Variable(?:64)?
  |(?:BasicTensor|BasicVariable|SortResult|CommonArray|ValueAndProduct|std::remove_cvref_t)$angles?
  |std::vector<(?:Basic)?(?:Variable|Tensor)$angles?>}x;
my $class = qr{^\s*(?:template\s*$angles\s*)?(class|struct)\s+(\w+)\s*$angles?(?:\s*:\s*(?:public\s+)?(\w+))?};

# The name of the function that a declaration declares, if it returns arrays; or, for `any`, whatever it returns.
my $any = qr{(?:[\w:]+$angles?[\s&*]+)+}x;
sub function_in {
  my ($text, $returns) = @_;
  return if $text =~ /^\s*(?:extern )?template\s*[^<\s]/;  # an instantiation
  return if $text =~ /^\s*friend auto operator/;           # a comparison of two numbers
  $text =~ s/template\s*$angles//g;
  $text =~ s/\brequires\s*$parens//;
  $text =~ s/\brequires\s+\w+$angles//;
  my $name = qr{operator[^\w\s(]+|operator\(\)|\w+};
  $text =~ s/\[\[.*?\]\]//g;
  my $type = $returns ? $any : qr{$array[\s&]+};
  my @match = $text =~ /^\s*(?:(?:inline|static|constexpr|friend|const|virtual)\s+)*$type($name)\s*\(/;
  return $match[-1];
}

# What a header declares where all see it, outside of namespaces detail and elementary, in the order of the file: of
# each function that returns arrays, and of each model, the name, the line, and the comments above it up to a blank
# line. What is said of a model holds for those derived from it.
my %comment_of_model = (BasicModule => '');
sub declarations {
  my ($file, $returns) = @_;
  my @raw = split(/\n/, text_of($file));
  my @code = split(/\n/, code_of(text_of($file)), -1);
  my (@found, @scopes, %names, %row);
  my ($declaration, $comment) = ('', '');
  my $add = sub {
    my ($name, $line) = @_;
    return if !defined $name || grep { $_->{hidden} } @scopes;
    push(@found, {file => $file, name => $name, line => $line, comment => $comment});
  };
  for (my $i = 0; $i < @raw; ++$i) {
    my $line = $i + 1;
    my $inside = @scopes && $scopes[-1]{body};
    if (!$inside && $declaration !~ /\S/) {
      if ($raw[$i] =~ /^\s*$/) {
        $comment = '';
        next;
      }
      if ($code[$i] =~ /^\s*(public|protected|private):/) {
        $scopes[-1]{hidden} = $1 ne 'public' || $scopes[-1]{model};
        next;
      }
    }
    $comment .= "$1\n" if !$inside && $raw[$i] =~ m{// ?(.*)};

    # The rows of a list, #define TG_LIST(ROW) ROW(name, ...) ..., and the function that a row becomes.
    if ($code[$i] =~ /^#/) {
      my $text = $code[$i];
      $text .= "\n" . $code[++$i] while $text =~ s/\\$//;
      if ($text =~ /^#define (TG_\w+)\(ROW\)(.*)/s) {
        my ($list, $rows) = ($1, $2);
        $names{$list} = [$rows =~ /\bROW\((\w+),/g];
      } elsif ($text =~ /^#define TG_ROW\([^)]*\)(.*)/s) {
        %row = (function => scalar(function_in($1, $returns)), line => $line);
      }
      next;
    }
    if ($code[$i] =~ /^(TG_\w+)\(TG_ROW\)/ && $names{$1}) {
      if (defined $row{function}) { $add->($_, $row{line}) for @{$names{$1}} }
      next;
    }

    for my $part ($code[$i] =~ /[{};]|[^{};]+/g) {
      if ($part eq '}') {
        my $scope = pop(@scopes);
        $declaration = '' if !$scope->{clause};
        $comment = $scope->{comment} // $comment;
      } elsif (@scopes && $scopes[-1]{body}) {
        push(@scopes, {body => 1}) if $part eq '{';
      } elsif ($part eq ';') {
        $add->(scalar(function_in($declaration, $returns)), $line);
        $declaration = '';
      } elsif ($part ne '{') {
        $declaration .= "$part ";
      } elsif ($declaration =~ /\brequires\s*$parens?\s*$/) {
        push(@scopes, {body => 1, clause => 1});
      } elsif ($declaration =~ /^\s*(?:inline )?namespace\s*([\w:]*)\s*$/) {
        my $name = $1;
        push(@scopes, {hidden => scalar($name =~ /(?:^|::)(?:detail|elementary|)$/)});
        $declaration = '';
      } elsif ($declaration =~ $class) {
        my ($key, $name, $base) = ($2, $3, $5);
        my $model = defined $base && defined $comment_of_model{$base};
        if ($model) {
          $comment_of_model{$name} = $comment .= $comment_of_model{$base};
          $add->($name, $line);
        }
        push(@scopes, {hidden => $model || $key eq 'class', model => $model, comment => $comment});
        $declaration = '';
      } else {
        $add->(scalar(function_in($declaration, $returns)), $line);
        push(@scopes, {body => 1});
      }
    }
  }
  return @found;
}

sub headers { return grep { /^$_[0]\/.*\.h$/ } library() }

# An op's rule stands in the header of autograd/ that has the name of the header of tensor/ with its value.
sub twins {
  my %header_of;
  for my $file (headers('tensor')) { push(@{$header_of{$_->{name}}}, $file) for declarations($file) }
  for my $file (headers('autograd')) {
    (my $twin = $file) =~ s/^autograd/tensor/;
    (my $text = text_of($file)) =~ s{//.*}{}g;
    for my $op ($text =~ /\brecord(?:_joint<\w+>)?\(\s*\{?"(\w+)"/g) {
      my @places = $op =~ /_vjp$/ ? () : @{$header_of{$op} // []};
      wrong("$file records $op, whose value is in @places") if @places && !grep { $_ eq $twin } @places;
    }
  }
}

# What needs no documentation of its own: what only gives what is there, the machinery behind ops, and operators, which
# are other names of add, sub, mul, div and neg.
my %plain = map { $_ => 1 } qw(value grad detach view uninitialized from_number from_vector x y parameters
  apply apply_vjp compare map take to_array values_of record record_joint output result expand_index movedim reduce_rows
  operator+ operator- operator* operator/);

# A function says what it computes, of which shapes, when it throws, and whose it is. A file may say at its head, of all
# its functions, what they have in common. Of the functions of one name, one says it for all.
my %parts = (
  'a formula' => qr/ = |\b[a-z]_[ij]\b/,
  'shapes' => qr/\bshapes?\b|\bbroadcast\b|(?<![\w)])\((?:(?:[a-z]|\d+|\.\.\.|in|out)(?:, (?!\)))?)*\)/,
  'what throws' => qr/\b[Tt]hrows?\b/,
  'a source' => qr/\btorch\.|PyTorch|NumPy|numpy\.|\b[A-Z][a-z]+\b.*\b(?:1[89]|20)\d\d\b/s,
);
my %of_all = (
  'shapes' => qr/\bshape \(|\bare \(\w|\bhas \w's shape\b/,
  'what throws' => qr/\bAll throw\b/,
  'a source' => qr/\b(?:All: |All as |After )(?:torch\.|PyTorch|NumPy|numpy\.)/,
);

sub documented {
  my (%missing, @names);
  for my $file (headers('tensor'), headers('autograd'), headers('nn')) {
    my ($head) = text_of($file) =~ m{\A((?://.*\n)*)};
    for my $item (grep { !$plain{$_->{name}} } declarations($file)) {
      my ($name, $comment) = @$item{'name', 'comment'};
      my @missing = grep { $comment !~ $parts{$_} && !($of_all{$_} && $head =~ $of_all{$_}) } sort(keys(%parts));
      push(@names, $name) if !$missing{$name};
      $missing{$name} = [\@missing, "$file:$item->{line}"] if !$missing{$name} || @missing < @{$missing{$name}[0]};
    }
  }
  for my $name (@names) {
    my ($missing, $place) = @{$missing{$name}};
    wrong("$place: $name does not tell " . join(', ', @$missing)) if @$missing;
  }
}

# A page lists what the headers declare for programs: each function, member and model, but for the machinery of another
# list, and none that is not there.
sub listed {
  my ($page, $machinery) = @_;
  my (%apart, %declared);
  for (grep { !/^#/ } split(/\n/, text_of($machinery))) {
    my ($header, $names) = /^([^:]+):?(.*)/;
    $apart{"$header $_"} = 1 for $names ? split(' ', $names) : '';
  }
  my @code = map { /`([^`]+)`/g } grep { /^\|/ } split(/\n/, text_of($page));
  my %named = map { $_ => 1 } map { /([A-Za-z]\w+)/g } @code;
  my $classes = '';
  for my $file (headers('tensor'), headers('autograd'), headers('nn')) {
    $classes .= code_of(text_of($file));
    next if $apart{"$file "};
    for my $item (declarations($file, 'any')) {
      my $name = $item->{name};
      next if $name =~ /^(?:operator|new$|bool$|all$|x$|y$|Op$|Formula$)|^Basic/ || $apart{"$file $name"};
      wrong("$page does not list $name of $file") if !$named{$name} && !$declared{$name};
      $declared{$name} = 1;
    }
  }
  for my $name (map { /(?:^|[.:])(\w+)(?:<\w+>)?\(/g, /^(?:nn::)?([A-Z]\w+)/ } @code) {
    wrong("$page lists $name, which no header declares")
      if !$declared{$name} && $classes !~ /\b(?:class|struct)\s+$name\b|\busing $name =|[>&*\w]\s+$name\(/;
  }
}

my %checks = (twins => \&twins, documented => \&documented, listed => \&listed);
my $check = shift(@ARGV);
$checks{$check}->(@ARGV);
finish();
