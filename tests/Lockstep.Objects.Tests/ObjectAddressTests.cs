using Lockstep.Core.Errors;

namespace Lockstep.Objects.Tests;

public class ObjectAddressTests
{
    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("s3://bucket/a/b/", "bucket", "a/b")]
    public void Parse_Address_BucketAndKey(string text, string bucket, string key) =>
        Assert.Equal(new ObjectAddress(bucket, key), ObjectAddress.Parse(text));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3:///key")]
    [InlineData("s3://bucket/a//b")]
    [InlineData("s3://bucket/../other")]
    [InlineData("s3://bucket/a\\b")]
    public void Parse_NoAddress_Refused(string text) =>
        Assert.Contains(text, Assert.Throws<BadInputException>(() => ObjectAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Child_AndKeys_JoinWithOneSlash()
    {
        Assert.Equal("s3://b/run/recipe.json", ObjectAddress.Parse("s3://b/run").Child("recipe.json").ToString());
        Assert.Equal("recipe.json", ObjectAddress.Parse("s3://b").KeyOf("recipe.json"));
        Assert.Equal("s3://b/run", ObjectAddress.FullPath("s3://b/run/"));
    }
}
