using Lockstep.Core.Texts;

namespace Lockstep.Core.Tests.Texts;

public class VisibleTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Größe 漢字 [red] 😀 a\u200Db", "Größe 漢字 [red] 😀 a\u200Db")]
    [InlineData("\u001b]0;PWNED\a\u001b[2J", @"\x1b]0;PWNED\x07\x1b[2J")]
    [InlineData("a\rb\0c\u007f", @"a\x0db\x00c\x7f")]
    [InlineData("\u009b31m", @"\x9b31m")]
    [InlineData("\u202egpj.exe\u2066\u200f\u061c", @"\u202egpj.exe\u2066\u200f\u061c")]
    [InlineData("one\u2028two\u0085", @"one\u2028two\x85")]
    public void Line_WhatATerminalObeys_IsWrittenOut(string text, string expected)
    {
        Assert.Equal(expected, VisibleText.Line(text));
        Assert.Equal(expected, VisibleText.Of(text));
    }

    [Fact]
    public void Of_LinesAndTabs_Stay()
    {
        Assert.Equal("one\n\ttwo", VisibleText.Of("one\n\ttwo"));
        Assert.Equal(@"one\x0a\x09two", VisibleText.Line("one\n\ttwo"));
    }

    [Fact]
    public void Line_EveryCharacter_HasNothingThatCommands()
    {
        string all = string.Concat(Enumerable.Range(0, char.MaxValue).Select(c => (char)c));
        Assert.All(VisibleText.Line(all), c => Assert.True(VisibleText.IsVisible(c)));
    }
}
