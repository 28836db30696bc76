using Grpc.Core;
using Lockstep.Worker.Control;

namespace Lockstep.Worker.Tests.Control;

public class CoordinatorLinkTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, false, true)] // nobody listens yet
    [InlineData(StatusCode.Unavailable, true, true)]
    [InlineData(StatusCode.DeadlineExceeded, true, true)]
    [InlineData(StatusCode.Internal, false, true)]
    [InlineData(StatusCode.Cancelled, false, true)]
    [InlineData(StatusCode.AlreadyExists, false, true)] // the process before may be about to be found gone
    [InlineData(StatusCode.AlreadyExists, true, false)] // two workers were given one name
    [InlineData(StatusCode.FailedPrecondition, false, false)]
    [InlineData(StatusCode.InvalidArgument, false, false)]
    public void MayPass_AnAnswerOfTheCoordinator_IsTriedAgainWhereItMayChange(StatusCode code, bool isLate, bool mayPass) =>
        Assert.Equal(mayPass, CoordinatorLink.MayPass(code, isLate));
}
