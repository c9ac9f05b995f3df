# What the checks of the house read of a C++ file. Required by house.pl and api.pl, which run in a folder that holds
# tensor/, autograd/ and nn/.
use strict;
use warnings;

sub text_of {
  my ($file) = @_;
  local $/;
  open(my $in, '<', $file) or die "$file: $!\n";
  return <$in>;
}

# The same with nothing in its comments and literals. Its lines stay where they are.
sub code_of {
  my ($text) = @_;
  my $comment = qr{//[^\n]*|/\*.*?\*/}s;
  my $literal = qr{R"(\w*)\(.*?\)\g{-1}"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'}s;
  $text =~ s{($comment)|$literal}{ my $lines = $& =~ tr/\n//; (defined $1 ? '' : '""') . "\n" x $lines }ge;
  return $text;
}

sub library { return sort(glob('{tensor,autograd,nn,nn/*}/*.{h,cpp}')) }

my $wrong = 0;
sub wrong {
  print "@_\n";
  $wrong = 1;
}
sub finish { exit $wrong }

1;
